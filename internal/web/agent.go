package web

import (
	"cmp"
	"strings"
)

// words are what browsers and systems write of themselves, and how people call them.
// The first that is there counts: most call themselves Safari or Linux as well.
var (
	browserWords = [][2]string{
		{"Edg", "Edge"}, {"OPR/", "Opera"}, {"Vivaldi/", "Vivaldi"}, {"SamsungBrowser/", "Samsung Internet"}, {"YaBrowser/", "Yandex Browser"},
		{"FxiOS/", "Firefox"}, {"Firefox/", "Firefox"}, {"CriOS/", "Chrome"}, {"HeadlessChrome/", "Chromium"}, {"Chromium/", "Chromium"}, {"Chrome/", "Chrome"},
		{"Epiphany/", "Epiphany"}, {"Safari/", "Safari"}, {"Lynx/", "Lynx"}, {"w3m/", "w3m"}, {"curl/", "curl"},
	}
	systemWords = [][2]string{
		{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"CrOS", "ChromeOS"}, {"Macintosh", "macOS"},
		{"FreeBSD", "FreeBSD"}, {"OpenBSD", "OpenBSD"}, {"Linux", "Linux"},
	}
)

// device says which browser on which system calls itself so, as its owner would.
func device(agent string) string {
	called := func(all [][2]string) string {
		for _, w := range all {
			if strings.Contains(agent, w[0]) {
				return w[1]
			}
		}
		return ""
	}
	browser, system := called(browserWords), called(systemWords)
	switch {
	case browser == "" && system == "":
		return cmp.Or(agent, "A browser without a name")
	case system == "":
		return browser
	}
	return cmp.Or(browser, "A browser") + " on " + system
}
