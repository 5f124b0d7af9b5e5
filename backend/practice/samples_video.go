package practice

import "encoding/binary"

// Size and length of the sample video, in macroblocks of 16 pixels and in frames.
const (
	videoBlocks    = 4
	videoFrames    = 12
	videoPerSecond = 6
)

// sampleVideo is a two-second film of a ball that falls, as phones send it: H.264 in MP4. Every picture is made of
// uncompressed macroblocks (I_PCM), which any decoder plays and which need no encoder. Sources: ITU-T H.264 §7.3
// (syntax), ISO/IEC 14496-12 (boxes) and 14496-15 (avc1).
func sampleVideo() []byte {
	sps, pps := videoSPS(), videoPPS()
	var data []byte
	sizes := make([]uint32, videoFrames)
	for frame := range videoFrames {
		unit := videoPicture(frame)
		data = binary.BigEndian.AppendUint32(data, uint32(len(unit)))
		data = append(data, unit...)
		sizes[frame] = uint32(len(unit) + 4)
	}
	start := box("ftyp", []byte("isom\x00\x00\x02\x00isomavc1mp41"))
	// The index stands before the pictures and holds their place, so it is made twice.
	index := videoIndex(sps, pps, sizes, 0)
	index = videoIndex(sps, pps, sizes, uint32(len(start)+len(index)+8))
	return append(append(start, index...), box("mdat", data)...)
}

// bits writes the bits of H.264.
type bits struct {
	out  []byte
	free int // bits free in the last byte
}

func (b *bits) put(value uint32, count int) {
	for i := count - 1; i >= 0; i-- {
		if b.free == 0 {
			b.out, b.free = append(b.out, 0), 8
		}
		b.free--
		b.out[len(b.out)-1] |= byte(value>>i&1) << b.free
	}
}

// ue writes an unsigned Exp-Golomb code (§9.1).
func (b *bits) ue(value uint32) {
	length := 0
	for rest := value + 1; rest > 1; rest >>= 1 {
		length++
	}
	b.put(0, length)
	b.put(value+1, length+1)
}

func (b *bits) align() { b.free = 0 }

// unit closes a NAL unit: stop bit, and a 3 wherever two zeros would look like the start of another unit (§7.4.1).
func (b *bits) unit(head byte) []byte {
	b.put(1, 1)
	unit, zeros := []byte{head}, 0
	for _, value := range b.out {
		if zeros == 2 && value <= 3 {
			unit, zeros = append(unit, 3), 0
		}
		unit = append(unit, value)
		if zeros++; value != 0 {
			zeros = 0
		}
	}
	return unit
}

func videoSPS() []byte {
	var b bits
	b.put(66, 8)   // Baseline
	b.put(0xc0, 8) // constraints
	b.put(10, 8)   // level 1.0
	b.ue(0)        // id
	b.ue(0)        // frame numbers of 4 bits
	b.ue(2)        // pictures are shown in their order
	b.ue(1)        // reference pictures
	b.put(0, 1)
	b.ue(videoBlocks - 1) // width
	b.ue(videoBlocks - 1) // height
	b.put(0b1100, 4)      // frames only, direct inference, no cropping, no VUI
	return b.unit(0x67)
}

func videoPPS() []byte {
	var b bits
	b.ue(0)     // id
	b.ue(0)     // SPS
	b.put(0, 2) // CAVLC
	b.ue(0)
	b.ue(0)
	b.ue(0)
	b.put(0, 3) // no weights
	b.ue(0)
	b.ue(0)
	b.ue(0)
	b.put(0b100, 3) // the filter is controlled by the slice
	return b.unit(0x68)
}

// videoPicture is one picture, which needs no other (IDR).
func videoPicture(frame int) []byte {
	var b bits
	b.ue(0)                 // first macroblock
	b.ue(7)                 // I slice
	b.ue(0)                 // PPS
	b.put(0, 4)             // frame number
	b.ue(uint32(frame % 2)) // neighbours differ
	b.put(0, 2)
	b.ue(0) // quantiser
	b.ue(1) // no deblocking
	for block := range videoBlocks * videoBlocks {
		b.ue(25) // I_PCM
		b.align()
		left, top := block%videoBlocks*16, block/videoBlocks*16
		for i := range 256 {
			luma, _ := videoPixel(left+i%16, top+i/16, frame)
			b.put(luma, 8)
		}
		for plane := range 2 {
			for i := range 64 {
				_, chroma := videoPixel(left+i%8*2, top+i/8*2, frame)
				b.put(chroma[plane], 8)
			}
		}
	}
	return b.unit(0x65)
}

// videoPixel is a yellow ball before a blue sky.
func videoPixel(x, y, frame int) (luma uint32, chroma [2]uint32) {
	height := 10 + 44*frame/(videoFrames-1)
	if (x-32)*(x-32)+(y-height)*(y-height) < 81 {
		return 190, [2]uint32{60, 160}
	}
	return uint32(120 + y), [2]uint32{160, 110}
}

func box(kind string, parts ...[]byte) []byte {
	content := []byte{}
	for _, part := range parts {
		content = append(content, part...)
	}
	made := binary.BigEndian.AppendUint32(nil, uint32(len(content)+8))
	return append(append(made, kind...), content...)
}

// words are big-endian numbers of four bytes, in most boxes the first of them version and flags.
func words(values ...uint32) []byte {
	var made []byte
	for _, value := range values {
		made = binary.BigEndian.AppendUint32(made, value)
	}
	return made
}

// videoIndex is the box moov: one track of pictures that stand one after the other from offset on.
func videoIndex(sps, pps []byte, sizes []uint32, offset uint32) []byte {
	const side, one = videoBlocks * 16, 0x10000
	unity := words(one, 0, 0, 0, one, 0, 0, 0, 0x40000000)
	config := append([]byte{1, sps[1], sps[2], sps[3], 0xff, 0xe1, byte(len(sps) >> 8), byte(len(sps))}, sps...)
	config = append(append(config, 1, byte(len(pps)>>8), byte(len(pps))), pps...)
	entry := make([]byte, 78)
	entry[7], entry[25], entry[27] = 1, side, side
	copy(entry[28:], words(0x480000, 0x480000)) // 72 dpi
	entry[41], entry[75], entry[76], entry[77] = 1, 24, 0xff, 0xff

	table := box("stbl",
		box("stsd", words(0, 1), box("avc1", entry, box("avcC", config))),
		box("stts", words(0, 1, videoFrames, 1)),
		box("stsc", words(0, 1, 1, videoFrames, 1)),
		box("stsz", words(0, 0, uint32(len(sizes))), words(sizes...)),
		box("stco", words(0, 1, offset)))
	media := box("mdia",
		box("mdhd", words(0, 0, 0, videoPerSecond, videoFrames), []byte{0x55, 0xc4, 0, 0}),
		box("hdlr", words(0, 0), []byte("vide"), words(0, 0, 0), []byte("Parley\x00")),
		box("minf", box("vmhd", words(1, 0, 0)), box("dinf", box("dref", words(0, 1), box("url ", words(1)))), table))
	track := box("trak",
		box("tkhd", words(3, 0, 0, 1, 0, videoFrames, 0, 0, 0, 0), unity, words(side<<16, side<<16)), media)
	head := box("mvhd", words(0, 0, 0, videoPerSecond, videoFrames, one, 0x01000000, 0, 0), unity, words(0, 0, 0, 0, 0, 0, 2))
	return box("moov", head, track)
}
