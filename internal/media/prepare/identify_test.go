package prepare

import (
	"strings"
	"testing"

	"skerry/internal/social"
)

func TestTypeIsReadFromTheBytes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ head, want string }{
		"jpeg":        {"\xff\xd8\xff\xe0", "image/jpeg"},
		"png":         {pngMagic, "image/png"},
		"gif":         {"GIF89a", "image/gif"},
		"old gif":     {"GIF87a", "image/gif"},
		"webp":        {"RIFF\x00\x00\x00\x00WEBPVP8L", "image/webp"},
		"no webp":     {"RIFF\x00\x00\x00\x00WEBPEXIF", ""},
		"wav":         {"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"},
		"avi":         {"RIFF\x00\x00\x00\x00AVI LIST", ""},
		"mp4":         {"\x00\x00\x00\x14ftypisom\x00\x00\x00\x00mp41", "video/mp4"},
		"mov":         {"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  ", "video/quicktime"},
		"m4a":         {"\x00\x00\x00\x14ftypM4A \x00\x00\x00\x00isom", "audio/mp4"},
		"avif":        {"\x00\x00\x00\x14ftypavif\x00\x00\x00\x00mif1", "image/avif"},
		"other avif":  {"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1avif", "image/avif"},
		"heic":        {"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", ""},
		"other heic":  {"\x00\x00\x00\x14ftypmif1\x00\x00\x00\x00heicavif", ""}, // the box ends before
		"webm":        {ebmlMagic + "\x9f\x42\x86\x81\x01\x42\x82\x84webm", "video/webm"},
		"matroska":    {ebmlMagic + "\x9f\x42\x86\x81\x01\x42\x82\x88matroska", ""},
		"ogg":         {"OggS\x00\x02", "audio/ogg"},
		"flac":        {"fLaC\x00\x00\x00\x22", "audio/flac"},
		"tagged mp3":  {"ID3\x04\x00\x00\x00\x00\x00\x00", "audio/mpeg"},
		"mp3":         {"\xff\xfb\x90\x64", "audio/mpeg"},
		"layer 2":     {"\xff\xfd\x90\x64", ""},
		"utf-16":      {"\xff\xfe<\x00h\x00", ""},
		"svg":         {`<svg xmlns="http://www.w3.org/2000/svg">`, ""},
		"html":        {"<!DOCTYPE html>", ""},
		"xml":         {"<?xml version='1.0'?><svg/>", ""},
		"hidden html": {"\n GIF89a<html>", ""},
		"pdf":         {"%PDF-1.7", ""},
		"zip":         {"PK\x03\x04", ""},
		"script":      {"#!/bin/sh", ""},
		"nothing":     {"", ""},
		"little":      {"\xff\xd8", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := Identify([]byte(c.head))
			if got != c.want && ok || ok != (c.want != "") {
				t.Errorf("got %q, %v, want %q", got, ok, c.want)
			}
		})
	}
}

func TestWhatIsNoMediaIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, say string }{
		"nothing": {"", "send JPEG, PNG"},
		"svg":     {"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "send JPEG, PNG"},
		"html":    {"<html><script>alert(1)</script>", "send JPEG, PNG"},
		"avif":    {"\x00\x00\x00\x14ftypavif\x00\x00\x00\x00mif1", "image/avif is not taken: send JPEG, PNG, GIF or WebP"},
		"heic":    {"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "send JPEG, PNG"},
		// They begin as what they are not.
		"html after gif":  {"GIF89a/*<html>*/=1;", "this GIF is damaged"},
		"html after jpeg": {"\xff\xd8\xff<html>" + strings.Repeat("x", 100), "this JPEG is damaged"},
		"html after png":  {pngMagic + "<html>" + strings.Repeat("x", 100), "this PNG is damaged"},
		"html after mp3":  {"ID3\x04\x00\x00\x00\x00\x00\x00<html>", "this MP3 is damaged"},
		"html after ogg":  {"OggS\x00<html>", "this Ogg file is damaged"},
		"html after flac": {"fLaC<html>", "this FLAC is damaged"},
		"html in webp":    {"RIFF\x10\x00\x00\x00WEBPVP8 <html>!!", "this WebP is damaged"},
		"html in wav":     {"RIFF\x10\x00\x00\x00WAVE<html>", "this WAV is damaged"},
		"html in mp4":     {"\x00\x00\x00\x10ftypisom\x00\x00\x00\x00<html>", "this video is damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			notTaken(t, []byte(c.file), social.Unprocessable, c.say)
		})
	}
}
