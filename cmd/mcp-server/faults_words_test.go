//go:build faults

package main

import "regexp"

// wording is a form of words, and what the table calls it.
type wording struct {
	pattern *regexp.Regexp
	word    string // may name groups of the pattern
}

func wordings(pairs ...string) []wording {
	var list []wording
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, wording{regexp.MustCompile(pairs[i]), pairs[i+1]})
	}
	return list
}

// first returns the word of the first form that text has, or "".
func first(list []wording, text string) string {
	for _, w := range list {
		if at := w.pattern.FindStringSubmatchIndex(text); at != nil {
			return string(w.pattern.ExpandString(nil, w.word, text, at))
		}
	}
	return ""
}

// last returns the word of the form that stands last in text, or "".
func last(list []wording, text string) string {
	word, place := "", -1
	for _, w := range list {
		if all := w.pattern.FindAllStringIndex(text, -1); all != nil && all[len(all)-1][0] > place {
			word, place = w.word, all[len(all)-1][0]
		}
	}
	return word
}

// faultsSaid are what errors say of what happened.
var faultsSaid = wordings(
	`as far as PingCentral (knows|shows)`, "not done, it seems",
	`was not done: .*: (\d+) \S`, "not done, $1",
	`what came is no zip archive`, "no kit came",
	`have the sha256 .* but`, "wrong digest",
	`neither PingOne nor its storage named a sha256|digest header is`, "no digest",
	`has no kit for this version|no kit to download`, "no kit",
	`(lead in|form) a circle`, "circle",
	`link to the next page leaves`, "link elsewhere",
	`there is no (\w+)`, "no such $1",
	`was never promoted`, "never promoted",
	`did not deliver it.*: ([13-5]\d\d) `, "not delivered, $1",
	`did not deliver it`, "not delivered",
	`(?:answered|/\S+:) 2\d\d\b`, "unusable answer",
	`(?:answered|/\S+:) (\d\d\d)`, "$1",
	`gave no answer|no answer from`, "no answer",
)

// adviceSaid are what errors say that can be done. What an error says last is its
// own; before it a system may have had its say.
var adviceSaid = wordings(
	`(?i)try again after \d+ seconds|try again later than`, "wait",
	`(?i)try again in|try again later|try again;|may have expired: try again`, "try again",
	`(?i)(check|set) (that |the )?PING\w+_`, "check settings",
	`(?i)its certificate is`, "check certificate",
	`(?i)has a role in it|may not do this`, "check rights",
	`(?i)list again|list the \w+ with|show the history with|shows (what there is|the history)`, "list",
	`(?i)check the address`, "check network",
	`(?i)check that the URL`, "check URL",
	`(?i)\bread (the (application|history)|\\?")|look (at|in|for) `, "look",
	`(?i)do not use (this|the) (kit|archive)`, "leave it",
	`(?i)have the download directory looked at|to check the download directory`, "look at the disk",
	`(?i)(tell|contact) Ping's support`, "tell support",
	`(?i)give the expected sha256`, "give a digest",
	`(?i)correct the|choose a promotion|promote it|without it`, "correct it",
	`(?i)(call again|make a new plan)`, "call again",
)

// adviceIn is the advice in an error's text, or "".
func adviceIn(text string) string { return last(adviceSaid, text) }

// errorWords is an error in the words of the table.
func errorWords(text string) string {
	said := first(faultsSaid, text)
	if said == "" {
		said = text[:min(60, len(text))]
	}
	return said + ": " + adviceIn(text)
}
