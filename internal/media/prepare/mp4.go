package prepare

import (
	"encoding/binary"
	"errors"
	"slices"
)

// keptBoxes says which boxes of an ISO media file stay, by the box they are in.
// It is also the depth to which we go: a box in a place that is not named here
// is emptied with all that is in it. Among those are udta, meta and uuid, where
// phones write where they were. [ISO 14496-12]
var keptBoxes = map[string][]string{
	"":     {"ftyp", "styp", "sidx", "moov", "moof", "mdat", "mfra"},
	"moov": {"mvhd", "trak", "mvex"},
	"mvex": {"mehd", "trex"},
	"trak": {"tkhd", "edts", "mdia"},
	"mdia": {"mdhd", "hdlr", "elng", "minf"},
	"minf": {"vmhd", "smhd", "hdlr", "dinf", "stbl"},
	"dinf": {"dref"},
	"stbl": {
		"stsd", "stts", "ctts", "cslg", "stsc", "stsz", "stz2", "stco", "co64", "stss", "stps", "stsh", "sdtp", "sbgp", "sgpd", "subs", "saiz", "saio",
	},
	"moof": {"mfhd", "traf"},
	"traf": {"tfhd", "tfdt", "trun", "sbgp", "sgpd", "subs", "saiz", "saio", "senc", "sdtp"},
}

// box is a part of the file: writing into it changes the file.
type box struct {
	kind []byte
	body []byte
}

// empty turns a box into one that everybody passes over. What follows stays where
// it is, so that no table of offsets must be written anew.
func (b box) empty() {
	copy(b.kind, "free")
	clear(b.body)
}

// movie is what a file tells while its boxes go by.
type movie struct {
	tracks    []*track
	timescale uint64
	duration  uint64
	fragments bool
}

// track is one picture or sound, or data about them.
type track struct {
	box           box
	handler       string
	width, height int
	chunks, runs  []byte // stco or co64; stsc
	sizes         []byte // stsz
	wide          bool   // the chunks are co64
}

// cleanMP4 empties, where they stand, the boxes that nobody needs to play the
// file, and the tracks that are neither picture nor sound: cameras write such
// with a place for every second.
func cleanMP4(b []byte) (Prepared, error) {
	mediaType, _ := Identify(b)
	var m movie
	if err := m.boxes("", b); err != nil {
		return Prepared{}, damaged("video", err)
	}
	var picture, sound *track
	for _, t := range m.tracks {
		switch {
		case t.handler == "vide" && picture == nil:
			picture = t
		case t.handler == "soun" && sound == nil:
			sound = t
		case t.handler == "vide" || t.handler == "soun":
		case m.fragments:
			return Prepared{}, refused("this video is in fragments, and a part of it is neither picture nor sound: save it without data tracks")
		default:
			if err := t.drop(b); err != nil {
				return Prepared{}, damaged("video", err)
			}
		}
	}
	lasts := lasting(float64(m.duration), float64(m.timescale))
	switch {
	case picture != nil && mediaType != "audio/mp4":
		p := recording(Video, mediaType, b, lasts)
		p.Original.Width, p.Original.Height = picture.width, picture.height
		return p, nil
	case sound != nil:
		return recording(Audio, "audio/mp4", b, lasts), nil
	}
	return Prepared{}, damaged("video", errors.New("it has neither picture nor sound"))
}

// boxes goes through the boxes in a box, and empties those that have no place.
func (m *movie) boxes(in string, b []byte) error {
	c := cursor{rest: b}
	for len(c.rest) > 0 {
		whole := uint64(len(c.rest))
		size, head := c.be(4), uint64(8)
		next := box{kind: c.take(4)}
		switch {
		case size == 1:
			size, head = c.be(8), 16
		case size == 0 && in == "":
			size = whole // the last box may go on to the end
		}
		if next.body = c.take(size - head); c.cut { // less than its head is more than there is
			return errCut
		}
		name := string(next.kind)
		if !slices.Contains(keptBoxes[in], name) {
			next.empty()
			continue
		}
		if err := m.kept(name, next); err != nil {
			return err
		}
	}
	return nil
}

// kept reads a box that stays, and goes into it when it holds others.
func (m *movie) kept(name string, b box) error {
	if name == "trak" {
		m.tracks = append(m.tracks, &track{box: b})
	}
	m.fragments = m.fragments || name == "moof"
	if _, holds := keptBoxes[name]; holds {
		return m.boxes(name, b.body)
	}
	switch name {
	case "mvhd":
		times(b.body)
		m.timescale, m.duration = clock(b.body)
	case "mehd": // the length of the fragments
		if c := (cursor{rest: b.body}); c.be(4)>>24 == 1 {
			m.duration = c.be(8)
		} else {
			m.duration = c.be(4)
		}
	case "mdhd":
		times(b.body)
	}
	if len(m.tracks) == 0 {
		return nil
	}
	return m.tracks[len(m.tracks)-1].kept(name, b.body)
}

// kept reads a box of the track.
func (t *track) kept(name string, body []byte) error {
	switch name {
	case "tkhd":
		times(body)
		t.width, t.height = shown(body)
	case "hdlr":
		// Within minf QuickTime has a second one, for the data.
		if c := (cursor{rest: body}); t.handler == "" {
			c.skip(8)
			t.handler = string(c.take(4))
		}
		if len(body) > 24 {
			clear(body[24:]) // a name for people
		}
	case "dref":
		return ownData(body)
	case "stsc":
		t.runs = body
	case "stsz":
		t.sizes = body
	case "stco", "co64":
		t.chunks, t.wide = body, name == "co64"
	}
	return nil
}

// times forgets when a movie, a track or its media were made.
func times(body []byte) {
	if len(body) < 20 {
		return
	}
	clear(body[4:12])
	if body[0] == 1 {
		clear(body[12:20])
	}
}

// clock reads the length in units, and how many are a second.
func clock(body []byte) (perSecond, units uint64) {
	c := cursor{rest: body}
	if c.be(4)>>24 == 1 {
		c.skip(16)
		perSecond, units = c.be(4), c.be(8)
	} else {
		c.skip(8)
		perSecond, units = c.be(4), c.be(4)
	}
	if units == 1<<32-1 {
		units = 0 // not known; in the long form too long to be believed
	}
	return perSecond, units
}

// shown reads the size at which a track is shown. Phones film on their side, and
// say so in the matrix.
func shown(body []byte) (width, height int) {
	c := cursor{rest: body}
	if c.be(4)>>24 == 1 {
		c.skip(48)
	} else {
		c.skip(36)
	}
	a, b := c.be(4), c.be(4)
	c.skip(28)
	width, height = int(c.be(4)>>16), int(c.be(4)>>16)
	if a == 0 && b != 0 {
		return height, width
	}
	return width, height
}

// ownData checks that a track has its data in this file, and forgets the names
// of other files.
func ownData(body []byte) error {
	c := cursor{rest: body}
	c.skip(8)
	for len(c.rest) > 0 {
		size := c.be(4)
		c.skip(4)
		if size < 12 {
			return errors.New("a reference to data has no length")
		}
		entry := c.take(size - 8)
		if c.cut || binary.BigEndian.Uint32(entry)&1 == 0 {
			return errors.New("its data is in another file")
		}
		clear(entry[4:])
	}
	return nil
}
