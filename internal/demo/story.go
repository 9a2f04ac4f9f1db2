package demo

import (
	"time"

	"skerry/internal/social"
)

// story is what happened on Tarnholm, which is on no map.
func (p *play) story(marit, noor *person) {
	p.meeting(marit, noor)
	p.channel(marit, noor)
	p.weather(marit, noor)
	p.harbour(marit, noor)
}

// meeting is how the two came to know each other.
func (p *play) meeting(marit, noor *person) {
	marit.presents(social.Profile{
		Name: "Marit Solheim", Discoverable: true, Indexable: true,
		Bio: "I keep the light on Tarnholm: one flash every fifteen seconds, since 1887. Weather, birds, and what the tide brings.\n\nThe lamp is electric. The coffee is not.",
		Fields: []social.ProfileField{
			{Name: "Light", Value: "white, one flash in 15 s, 18 miles"}, {Name: "Steps", Value: "214"}, {Name: "Cat", Value: "Commodore"},
		},
	}, night(400, 400), night(1500, 500))
	noor.presents(social.Profile{
		Name: "Noor Haddad", Discoverable: true, Indexable: true,
		Bio: "Marine biologist. I count jellyfish so that you need not. Mostly wet, always with a thermos. عربي and English.",
		Fields: []social.ProfileField{
			{Name: "Boat", Value: "Second Breakfast, 7 m"}, {Name: "Counted so far", Value: "31,877"}, {Name: "Nearest light", Value: "Tarnholm, bearing 240°"},
		},
	}, deep(400, 400, [3]float64{.5, .42, .5}), deep(1500, 500, [3]float64{.16, .42, .3}, [3]float64{.42, .55, .2}, [3]float64{.74, .36, .36}))
	marit.follows(noor)
	noor.follows(marit)

	p.ago(71 * time.Hour)
	hello := marit.says(social.Draft{Language: "en", Text: "Hello from Tarnholm. I look after the light here, 61 metres above the sea, and after whoever rows out to it. " +
		"I shall write about weather, birds, and the things that wash up on the south beach.\n\n#introduction #lighthouse"})
	noor.likes(hello)

	p.ago(70 * time.Hour)
	jellies := noor.says(social.Draft{Language: "en", Text: "I count jellyfish for a living. It is exactly as peaceful as it sounds, until the wind turns.\n\n#introduction #jellyfish"},
		picture{deep(1080, 720, [3]float64{.3, .35, .3}, [3]float64{.62, .5, .2}, [3]float64{.8, .25, .14}),
			"Three moon jellies under water, pink, violet and pale blue, with long thin tentacles. Light falls in from above."})
	marit.likes(jellies)
	marit.boosts(jellies)

	p.ago(69*time.Hour + 20*time.Minute)
	bags := marit.answers(jellies, social.Draft{Language: "en", Text: noor.at() + " So that is what they are! The bay below the light was full of them on Sunday. I took them for carrier bags, forgive me."})
	p.ago(69 * time.Hour)
	clover := noor.answers(bags, social.Draft{Language: "en", Text: marit.at() + " They hear that a lot. If it has a four-leaf clover on its head, it is a moon jelly. If it has a price on it, it is a bag."})
	marit.likes(clover)
	p.ago(68*time.Hour + 40*time.Minute)
	marit.answers(clover, social.Draft{Language: "en", Text: noor.at() + " Then I have counted eleven jellies and one bag. You are welcome to use that."})
	marit.pins(hello)
	noor.pins(jellies)
	marit.blocks(social.DomainBlock{Domain: "casino.example", Severity: social.Suspended, Private: "Mentions everybody who ever wrote the word shell."})
}

// Who else writes on the sound, and is heard of through the relay.
var (
	ferry = voice{"ferry", "Ferry of the Sound"}
	birds = voice{"observatory", "Bird Observatory"}
	sonja = voice{"sonja", "Sonja mends nets"}
)

// channel is how both came to the relay of the sound.
func (p *play) channel(marit, noor *person) {
	p.ago(60 * time.Hour)
	marit.joins()
	noor.joins()
	p.ago(56 * time.Hour)
	p.says(birds, "en", "First swallows over the south point, eleven of them, on the same day as last year.", "birds")
	p.ago(54 * time.Hour)
	p.says(sonja, "nb", "Garnet er fullt av maneter igjen. Noen burde telle dem.", "maneter")
}

// weather is two days of it.
func (p *play) weather(marit, noor *person) {
	p.ago(50 * time.Hour)
	light := marit.says(social.Draft{Language: "en", Text: "First light. Nobody else was up, so I am showing you.\n\n#lighthouse #sunrise"},
		picture{dawn(1080, 720), "Sunrise over a calm bay with dark islands. On a rock to the right stands a lighthouse with red and white bands, its lamp off."})
	noor.likes(light)
	noor.boosts(light)
	noor.answers(light, social.Draft{Language: "en", Text: marit.at() + " I was up. I was under it, counting."})

	p.ago(41 * time.Hour)
	noor.says(social.Draft{Language: "ar", Text: "البحر هادئ هذا الصباح، والماء صافٍ حتى القاع. عددنا سبعة وثلاثين قنديلاً قبل الفطور.\n\n#بحر"})

	p.ago(30 * time.Hour)
	storm := marit.says(social.Draft{Language: "nb", Text: "Liten storm fra sørvest i natt. Huset står, lampa lyser, katten er fornærmet.\n\n#uvær"})
	noor.likes(storm)
	p.ago(29 * time.Hour)
	cat := noor.answers(storm, social.Draft{Language: "en", Text: marit.at() + " My regards to Commodore. The harbour cat slept through it in my left boot."})
	marit.likes(cat)

	p.ago(26 * time.Hour)
	p.says(ferry, "en", "Wind from the south-west. The crossing at noon goes, with biscuits for those who need them.", "ferry")

	p.ago(22 * time.Hour)
	porpoise := noor.says(social.Draft{Language: "en", Warning: "stranded animal, ends well",
		Text: "A young porpoise lay on the south beach at low water. Four of us kept it wet with tablecloths from the inn until the tide came back. It swam off without a word of thanks, which is how it should be."})
	marit.likes(porpoise)
	marit.boosts(porpoise)
	p.ago(21 * time.Hour)
	marit.answers(porpoise, social.Draft{Language: "en", Text: noor.at() + " The inn says the tablecloths will recover. The landlord tells everybody it was a whale."})
}

// harbour is the last day.
func (p *play) harbour(marit, noor *person) {
	p.ago(11 * time.Hour)
	glow := noor.says(social.Draft{Language: "en", Text: "Two nights a year the whole sound does this: every stroke of an oar lights it up. No filter, only very small animals.\n\n#bioluminescence"},
		picture{bloom(1080, 720), "A dark sea under stars. The crests of the waves glow turquoise, with hundreds of bright points in them."},
		picture{night(1080, 720), "The lighthouse of Tarnholm at night. Two beams go out from its lamp, the moon lies on the water."})
	marit.likes(glow)
	marit.boosts(glow)
	p.says(sonja, "en", "The whole harbour stood on the quay and looked at the glow. Nobody said a word, and we are people who do.", "bioluminescence")

	p.ago(10 * time.Hour)
	marit.answers(glow, social.Draft{Language: "en", Text: noor.at() + " I saw you from the gallery. You drew a line from the harbour to the skerries, and it stayed for a breath after you had passed."})

	p.ago(6 * time.Hour)
	marit.says(social.Draft{Language: "en", Visibility: social.FollowersOnly, Text: "For those who follow me: waffles at the keeper's house on Saturday, from the moment somebody rows over."})
	p.ago(5 * time.Hour)
	ask := noor.says(social.Draft{Language: "en", Visibility: social.Direct, Text: marit.at() + " Could I have the lamp room for a week in May? The swarms are easier to see from above."})
	p.ago(4*time.Hour + 30*time.Minute)
	marit.answers(ask, social.Draft{Language: "en", Visibility: social.Direct, Text: noor.at() + " It is yours. Bring socks, the stairs are cold, and the good thermos."})

	p.ago(3 * time.Hour)
	glass := marit.says(social.Draft{Language: "en", Text: "Barometer 1021 and rising."})
	p.ago(2*time.Hour + 50*time.Minute)
	marit.edits(glass, "Barometer 1021 and rising. Swallows are low all the same, so take a coat.")

	p.ago(2 * time.Hour)
	p.says(birds, "en", "Counted today: 214 eiders, 61 terns, and one heron with the look of a tax inspector.", "birds", "lighthouse")

	p.ago(90 * time.Minute)
	paint := marit.says(social.Draft{Language: "en", Text: "The rail of the gallery wants paint before the season. What would you see best from a boat?",
		Poll: &social.Ballot{Options: []string{"Red, as it was", "White, as the tower", "Whatever the shop has"}, For: 24 * time.Hour}})
	noor.votes(paint, 0)

	p.ago(40 * time.Minute)
	back := noor.says(social.Draft{Language: "en", Text: "Back in harbour: 1,204 jellyfish, one carrier bag, one lost glove. The coat was good advice.\n\n#jellyfish"})
	p.ago(25 * time.Minute)
	p.says(ferry, "en", "Jellyfish in the cooling water, we are a quarter of an hour late. They have been asked to move.", "ferry", "jellyfish")

	p.ago(12 * time.Minute)
	marit.likes(back)
	marit.answers(back, social.Draft{Language: "en", Text: noor.at() + " The glove is on the south beach. It waved."})
}
