package markup

import (
	"strings"
	"testing"
)

// payloads are what has got through sanitisers, alone and in each other's company.
func payloads() []string {
	return []string{
		`<script>alert(1)</script>`,
		`<ScRiPt src=//evil.example></sCrIpT>`,
		`<script/x>alert(1)</script>`,
		`<<script>script>alert(1)<</script>/script>`,
		`<scr<script>ipt>alert(1)</scr</script>ipt>`,
		`<script>alert(1)`,
		`<script><!--<script></script>alert(1)</script>-->`,
		"<scr\x00ipt>alert(1)</scr\x00ipt>",
		`<img src=x onerror=alert(1)>`,
		`<img/src='x'onerror=alert(1)>`,
		"<img src=x\x0conerror=alert(1)>",
		`<img src="x" """><script>alert(1)</script>">`,
		`<image href=x onerror=alert(1)>`,
		`<svg onload=alert(1)>`,
		`<svg/onload=alert(1)//`,
		`<svg><script>alert&#40;1)</script></svg>`,
		`<svg><a xlink:href="javascript:alert(1)"><text y=20>x</text></a></svg>`,
		`<svg><animate attributeName=href values=javascript:alert(1) /></svg>`,
		`<svg><use href="data:image/svg+xml;base64,PHN2Zz4="/></svg>`,
		`<svg><foreignObject><iframe src=javascript:alert(1)></foreignObject></svg>`,
		`<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">`,
		`<svg><style><img src=x onerror=alert(1)></style></svg>`,
		`<svg><desc><template><p>x</template></desc><img src=x onerror=alert(1)>`,
		`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`,
		`<math><annotation-xml encoding="text/html"><style><img src=x onerror=alert(1)></style></annotation-xml></math>`,
		`<math href="javascript:alert(1)">x</math>`,
		`<math><semantics><annotation encoding="application/x-tex"></math><img src=x onerror=alert(1)></annotation></semantics>`,
		`<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>`,
		`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`,
		`<noembed><img title="</noembed><img src onerror=alert(1)>"></noembed>`,
		`<xmp><p title="</xmp><img src=x onerror=alert(1)>">`,
		`<textarea><img title="</textarea><img src=x onerror=alert(1)>"></textarea>`,
		`<title><a href="</title><img src=x onerror=alert(1)>">x</title>`,
		`<plaintext><script>alert(1)</script>`,
		`<template><script>alert(1)</script></template>`,
		`<select><template><img src=x onerror=alert(1)></template></select>`,
		`<iframe src="javascript:alert(1)"></iframe>`,
		`<iframe srcdoc="<script>alert(1)</script>">`,
		`<object data="data:text/html,<script>alert(1)</script>"></object>`,
		`<embed src="javascript:alert(1)">`,
		`<applet code=x></applet>`,
		`<base href="https://evil.example/">`,
		`<link rel=stylesheet href="https://evil.example/x.css">`,
		`<meta http-equiv=refresh content="0;url=javascript:alert(1)">`,
		`<form action="javascript:alert(1)"><input type=submit formaction="javascript:alert(1)"></form>`,
		`<button onclick=alert(1)>x</button>`,
		`<input autofocus onfocus=alert(1)>`,
		`<video><source onerror=alert(1)></video>`,
		`<audio src=x onerror=alert(1)>`,
		`<details open ontoggle=alert(1)>x</details>`,
		`<marquee onstart=alert(1)>x</marquee>`,
		`<body onload=alert(1)>`,
		`<html onmouseover=alert(1)>`,
		`<frameset onload=alert(1)><frame src=javascript:alert(1)></frameset>`,
		`<style>*{background:url(javascript:alert(1))}</style>`,
		`<p style="background:url(https://evil.example/x)">x</p>`,
		`<p style=x:expression(alert(1)) onclick=alert(1) id=x name=y>x</p>`,
		`<span onmouseover="alert(1)" class="mention">x</span>`,
		`<span class='"><script>alert(1)</script>'>x</span>`,
		`<span class="u-x&quot;onclick=alert(1)">x</span>`,
		`<a href="javascript:alert(1)">x</a>`,
		`<a href="JaVaScRiPt:alert(1)">x</a>`,
		"<a href=\"java\tscript:alert(1)\">x</a>",
		"<a href=\"java\nscript:alert(1)\">x</a>",
		"<a href=\"\x01javascript:alert(1)\">x</a>",
		"<a href=\" \u2003javascript:alert(1)\">x</a>",
		`<a href="java&#x09;script:alert(1)">x</a>`,
		`<a href="javascript&colon;alert(1)">x</a>`,
		`<a href="&#106;&#97;&#118;&#97;script:alert(1)">x</a>`,
		`<a href="&#0000106avascript:alert(1)">x</a>`,
		`<a href="javascript://https://a.example/%0aalert(1)">x</a>`,
		`<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>`,
		`<a href="vbscript:msgbox(1)">x</a>`,
		`<a href="//evil.example">x</a>`,
		`<a href="https:javascript:alert(1)">x</a>`,
		`<a href='https://a.example/"onmouseover="alert(1)'>x</a>`,
		`<a href=https://a.example/><img/src=x/onerror=alert(1)>x</a>`,
		`<a href="https://a.example" onclick=alert(1) ping="https://evil.example" download target=_self style=x>x</a>`,
		`<a href="https://a.example" rel="opener" target="x">y</a>`,
		"<a href=`javascript:alert(1)`>x</a>",
		`<a href>x</a>`,
		`<area href="javascript:alert(1)">`,
		`<abbr title='"><script>alert(1)</script>'>x</abbr>`,
		`<ol start="1&quot; onclick=&quot;alert(1)" type=a><li value="x" onclick=alert(1)>x</ol>`,
		`<p lang='en" onclick="alert(1)'>x</p>`,
		`<blockquote cite="javascript:alert(1)">x</blockquote>`,
		`<ruby onclick=alert(1)>x<rt style=x>y</ruby>`,
		`<table background="javascript:alert(1)"><td><b>x</table>`,
		`<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>`,
		`<xss id=x tabindex=1 onfocus=alert(1)></xss>`,
		`<!--><img src=x onerror=alert(1)>-->`,
		`<!-- --!><img src=x onerror=alert(1)> -->`,
		`<![CDATA[><img src=x onerror=alert(1)>]]>`,
		`<?xml version="1.0"?><?x <img src=x onerror=alert(1)>?>`,
		`<!DOCTYPE x [<!ENTITY y "<script>alert(1)</script>">]>&y;`,
		`</p></div></body></html><script>alert(1)</script>`,
		`<p><a href="https://a.example"><p><a href="javascript:alert(1)">x`,
		`<a><a href="javascript:alert(1)"><b></a></a><img src=x onerror=alert(1)>`,
		`&lt;script&gt;alert(1)&lt;/script&gt;`,
		`&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;`,
		"\xf0<script>alert(1)</script>\xe2\x80",
		`<img src="x` + "`" + `<script>alert(1)</script>"` + "`" + `>`,
		`+ADw-script+AD4-alert(1)+ADw-/script+AD4-`,
		`<listing>&lt;img onerror=alert(1) src=x&gt;</listing>`,
	}
}

func TestNothingOfAnAttackSurvives(t *testing.T) {
	t.Parallel()
	all := payloads()
	if len(all) < 60 {
		t.Fatalf("only %d attacks", len(all))
	}
	for i, p := range all {
		checkSafe(t, p)
		checkSafe(t, "<p>before "+p+" after</p>")
		checkSafe(t, `<blockquote><ul><li><a href="https://a.example"><b>`+p)
		checkSafe(t, p+all[(i+1)%len(all)])
		checkSafe(t, all[(i+7)%len(all)]+p+all[(i+31)%len(all)])
		// Shown as text to the owner, and put back in as HTML by somebody careless.
		checkSafe(t, Text(p))
		checkFormatted(t, p, Format(p, testLinks()))
		checkFormatted(t, p, FormatField(p))
	}
	checkSafe(t, strings.Join(all, ""))
	checkSafe(t, strings.Join(all, "</svg></math></script></style>"))
}

func FuzzSafe(f *testing.F) {
	for _, p := range payloads() {
		f.Add(p)
	}
	f.Add(`<p>a<b>b<ul><li>c<ol start=1><li value=2>d</ol></b><h1>e<h2>f</h1><pre>` + "\n\n" + `g</pre><ruby>h<rp>(<rt>i</ruby>`)
	f.Add(`<a name=x>a<br><div>b</div><i>c</p></a><math display=block><semantics><annotation encoding="application/x-tex">x`)
	f.Add(`<blockquote><p class="quote-inline h-x" lang=en>a<span class="h-card" translate="no">@<a href="https://a.example" class="u-url mention">b`)
	f.Fuzz(func(t *testing.T, in string) {
		checkSafe(t, in)
		Text(in)
		Line(in, 20)
	})
}
