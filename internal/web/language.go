package web

import (
	"net/http"
	"slices"
	"strings"
)

// choice is one of those that a form offers.
type choice struct {
	Value, Say string
	Hint       string // what follows from it
	Chosen     bool
}

// languages are those that a post is offered to be in, by the names that their
// speakers look for. Others are kept where an app or the preferences chose them.
var languages = []choice{
	{Value: "af", Say: "Afrikaans"}, {Value: "id", Say: "Bahasa Indonesia"}, {Value: "ms", Say: "Bahasa Melayu"}, {Value: "br", Say: "Brezhoneg"},
	{Value: "ca", Say: "Català"}, {Value: "cs", Say: "Čeština"}, {Value: "cy", Say: "Cymraeg"}, {Value: "da", Say: "Dansk"}, {Value: "de", Say: "Deutsch"},
	{Value: "et", Say: "Eesti"}, {Value: "en", Say: "English"}, {Value: "es", Say: "Español"}, {Value: "eo", Say: "Esperanto"}, {Value: "eu", Say: "Euskara"},
	{Value: "fr", Say: "Français"}, {Value: "fy", Say: "Frysk"}, {Value: "ga", Say: "Gaeilge"}, {Value: "gd", Say: "Gàidhlig"}, {Value: "gl", Say: "Galego"},
	{Value: "hr", Say: "Hrvatski"}, {Value: "is", Say: "Íslenska"}, {Value: "it", Say: "Italiano"}, {Value: "sw", Say: "Kiswahili"}, {Value: "ku", Say: "Kurdî"},
	{Value: "la", Say: "Latina"}, {Value: "lv", Say: "Latviešu"}, {Value: "lt", Say: "Lietuvių"}, {Value: "hu", Say: "Magyar"}, {Value: "mt", Say: "Malti"},
	{Value: "nl", Say: "Nederlands"}, {Value: "nb", Say: "Norsk bokmål"}, {Value: "nn", Say: "Norsk nynorsk"}, {Value: "oc", Say: "Occitan"}, {Value: "pl", Say: "Polski"},
	{Value: "pt", Say: "Português"}, {Value: "pt-BR", Say: "Português (Brasil)"}, {Value: "ro", Say: "Română"}, {Value: "sq", Say: "Shqip"}, {Value: "sk", Say: "Slovenčina"},
	{Value: "sl", Say: "Slovenščina"}, {Value: "fi", Say: "Suomi"}, {Value: "sv", Say: "Svenska"}, {Value: "tl", Say: "Tagalog"}, {Value: "vi", Say: "Tiếng Việt"},
	{Value: "tr", Say: "Türkçe"}, {Value: "el", Say: "Ελληνικά"}, {Value: "be", Say: "Беларуская"}, {Value: "bg", Say: "Български"}, {Value: "mk", Say: "Македонски"},
	{Value: "ru", Say: "Русский"}, {Value: "sr", Say: "Српски"}, {Value: "uk", Say: "Українська"}, {Value: "hy", Say: "Հայերեն"}, {Value: "ka", Say: "ქართული"},
	{Value: "he", Say: "עברית"}, {Value: "yi", Say: "ייִדיש"}, {Value: "ar", Say: "العربية"}, {Value: "fa", Say: "فارسی"}, {Value: "ur", Say: "اردو"},
	{Value: "hi", Say: "हिन्दी"}, {Value: "mr", Say: "मराठी"}, {Value: "ne", Say: "नेपाली"}, {Value: "bn", Say: "বাংলা"}, {Value: "pa", Say: "ਪੰਜਾਬੀ"},
	{Value: "ta", Say: "தமிழ்"}, {Value: "te", Say: "తెలుగు"}, {Value: "ml", Say: "മലയാളം"}, {Value: "th", Say: "ไทย"},
	{Value: "zh", Say: "中文"}, {Value: "zh-CN", Say: "简体中文"}, {Value: "zh-TW", Say: "繁體中文"}, {Value: "ja", Say: "日本語"}, {Value: "ko", Say: "한국어"},
}

// languagesWith offers the languages: the owner's first, then all by name. chosen
// may be none of ours.
func languagesWith(own, chosen string) []choice {
	all := slices.Clone(languages)
	for _, code := range []string{chosen, own} { // own comes to stand first
		if code == "" {
			continue
		}
		i := slices.IndexFunc(all, func(c choice) bool { return strings.EqualFold(c.Value, code) })
		if i >= 0 {
			first := all[i]
			all = slices.Concat([]choice{first}, all[:i], all[i+1:])
		} else {
			all = slices.Insert(all, 0, choice{Value: code, Say: code})
		}
	}
	for i := range all {
		all[i].Chosen = strings.EqualFold(all[i].Value, chosen)
	}
	return append(all, choice{Say: "Not said", Chosen: chosen == ""})
}

// browserLanguage is the language that the owner's browser asks for first.
func browserLanguage(r *http.Request) string {
	first, _, _ := strings.Cut(r.Header.Get("Accept-Language"), ",")
	tag, _, _ := strings.Cut(strings.TrimSpace(first), ";")
	base, _, _ := strings.Cut(tag, "-")
	for _, code := range []string{tag, base} {
		for _, c := range languages {
			if strings.EqualFold(c.Value, code) {
				return c.Value
			}
		}
	}
	return "en"
}
