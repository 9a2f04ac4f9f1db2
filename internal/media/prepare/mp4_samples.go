package prepare

import "errors"

// drop empties a track: its samples, which lie between those of the others, and
// then the box that says where they are.
func (t *track) drop(file []byte) error {
	chunks, runs, sizes := cursor{rest: t.chunks}, cursor{rest: t.runs}, newSampleSizes(t.sizes)
	chunks.skip(4)
	runs.skip(4)
	width := uint64(4)
	if t.wide {
		width = 8
	}
	count, runCount := chunks.be(4), runs.be(4)
	samples, from := uint64(0), uint64(0) // in a chunk of this run; where the next run begins
	if runCount > 0 {
		from = runs.be(4)
	}
	if count > 0 && t.sizes == nil {
		return errors.New("it does not say how long its data is") // or says it in the way of no camera: stz2
	}
	budget := uint64(len(file)) // no byte lies in two samples
	for n := uint64(1); n <= count; n++ {
		for from == n && !runs.cut {
			samples = runs.be(4)
			runs.skip(4)
			if runCount--; runCount == 0 {
				break
			}
			from = runs.be(4)
		}
		at, length := chunks.be(width), sizes.next(samples)
		if chunks.cut || runs.cut || at > uint64(len(file)) || length > uint64(len(file))-at || length > budget {
			return errors.New("a table says that data lies where none can be")
		}
		budget -= length
		clear(file[at : at+length])
	}
	t.box.empty()
	return nil
}

// sampleSizes goes through the sizes of samples: one for all, or each its own.
type sampleSizes struct {
	all  uint64
	each cursor
}

func newSampleSizes(stsz []byte) sampleSizes {
	s := sampleSizes{each: cursor{rest: stsz}}
	s.each.skip(4)
	s.all = s.each.be(4)
	s.each.skip(4)
	return s
}

// next gives the bytes of the next n samples.
func (s *sampleSizes) next(n uint64) (length uint64) {
	if s.all > 0 {
		return n * s.all // both have 32 bits
	}
	for ; n > 0 && len(s.each.rest) > 0; n-- {
		length += s.each.be(4)
	}
	return length
}
