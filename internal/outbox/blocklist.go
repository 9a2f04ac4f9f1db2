package outbox

import (
	"context"

	"skerry/internal/social"
)

// BlocklistChange is what a list would change of the owner's blocks.
type BlocklistChange struct {
	New, Changed []social.DomainBlock
	Same         int
	Own          []string // domains of ours that it names, which are left out
}

// ImportBlocks says what a list of the owner's would change, and changes nothing. What
// a list cannot say stays as the owner said it.
func (p *Publisher) ImportBlocks(ctx context.Context, list []social.ListedBlock) (c BlocklistChange, err error) {
	all, err := p.db.AllDomainBlocks(ctx)
	if err != nil {
		return c, err
	}
	had := make(map[string]social.DomainBlock, len(all))
	for _, b := range all {
		if b.List == 0 {
			had[b.Domain] = b
		}
	}
	for _, line := range list {
		was, known := had[line.Domain]
		b := line.Over(was)
		b.Imported = true
		switch {
		case p.OwnDomain(b.Domain):
			c.Own = append(c.Own, b.Domain)
		case !known:
			c.New = append(c.New, b)
		case was.Says(b):
			c.Same++
		default:
			c.Changed = append(c.Changed, b)
		}
	}
	return c, nil
}
