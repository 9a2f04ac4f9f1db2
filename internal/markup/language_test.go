package markup

import (
	"strings"
	"testing"
)

func TestLanguageIsToldOnlyWhenItIsSure(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"The ferry was late again this morning, and nobody on the quay seemed to mind very much.":                       "en",
		"Heute Morgen war die Fähre wieder zu spät, und niemand am Kai schien sich daran zu stören.":                    "de",
		"Все люди рождаются свободными и равными в своем достоинстве и правах, и они должны поступать в духе братства.": "ru",
		"今朝もフェリーが遅れたが、桟橋の人々は気にしていないようだった。":                                                                              "ja",
		"今天早上渡轮又晚点了，码头上似乎没有人在意。":                                                                                        "zh",
		"사람들은 오늘 아침 배가 늦은 것을 신경 쓰지 않았다":                                                                                 "ko",
		"امروز صبح کشتی دوباره دیر رسید و هیچ کس در اسکله به آن اهمیت نمی\u200cداد و همه منتظر ماندند.":                 "fa",
		"ok": "", "": "", "👍👍👍👍": "", "12345 67890 12345 67890 12345": "",
		"https://example.org/the-ferry-was-late-again-this-morning @somebody@example.org #theferrywaslate": "",
		strings.Repeat("\xff", 100):     "",
		strings.Repeat("x", 1<<20):      "",
		strings.Repeat("\u202e", 10000): "",
	} {
		if got := Language(in); got != want {
			t.Errorf("%.60q: %q, want %q", in, got, want)
		}
	}
}

func BenchmarkLanguage(b *testing.B) {
	text := strings.Repeat("The ferry was late again this morning, and nobody on the quay seemed to mind. ", 6)
	for b.Loop() {
		Language(text)
	}
}
