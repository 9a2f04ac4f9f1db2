package prepare

import (
	"bytes"
	"encoding/binary"
)

// exifHead stands before Exif in a JPEG, and in some WebP files.
const exifHead = "Exif\x00\x00"

// orientation is how a picture must be turned to be upright: the values 1 to 8
// of Exif. [Exif 2.32 4.6.4]
type orientation int

const upright orientation = 1

// exifOrientation reads one number out of an Exif block: nothing else there is
// of use to others. What cannot be read is upright.
func exifOrientation(block []byte) orientation {
	block = bytes.TrimPrefix(block, []byte(exifHead))
	if len(block) < 8 {
		return upright
	}
	var order binary.ByteOrder
	switch string(block[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return upright
	}
	const tag, short, entry = 0x0112, 3, 12
	c := cursor{rest: block}
	c.skip(uint64(order.Uint32(block[4:])))
	count := c.take(2)
	if count == nil {
		return upright
	}
	for range order.Uint16(count) {
		e := c.take(entry)
		if e == nil {
			return upright
		}
		if order.Uint16(e) != tag || order.Uint16(e[2:]) != short || order.Uint32(e[4:]) != 1 {
			continue
		}
		if o := orientation(order.Uint16(e[8:])); o >= 1 && o <= 8 {
			return o
		}
	}
	return upright
}
