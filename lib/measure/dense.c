/* Parts of a variable in which too many elements are wrong to name them; see hunt.h. */
#include "hunt.h"

#include "hash.h"

#include <math.h>
#include <stdlib.h>

enum {
    PIECES = 5,       /* small parts of a variable that tell a dense fault, */
    SMALL = 4,        /* all of them together this part of it; */
    PIECES_QUIET = 1, /* of which one may disagree too little to be seen */
    ASTRAY_MOST = 2 /* faults of another size than they seemed, where small parts show too little */
};

static const double PIECE_SHOWS = 8.0; /* bars by which a piece of a dense fault stands out */
static const size_t PIECE_LEAST = 2;   /* five per cent of wrong elements seldom fill four pieces */

int ga_hunt_meets_dense(const ga_hunt *h, size_t first, size_t end)
{
    for (size_t i = h->dense_before; i < h->search->dense_count; i++) {
        const ga_dense *d = h->search->dense + i;
        if (d->first < end && first < d->end) {
            return 1;
        }
    }
    return 0;
}

void ga_hunt_record_dense(ga_hunt *h, size_t first, size_t end)
{
    ga_search *search = h->search;
    size_t kept = h->dense_before;
    for (size_t i = kept; i < search->dense_count; i++) { /* those within the new one go */
        if (search->dense[i].first < first || search->dense[i].end > end) {
            search->dense[kept++] = search->dense[i];
        }
    }
    search->dense_count = kept;
    if (search->dense_count == search->dense_capacity) {
        const size_t capacity = search->dense_capacity ? 2 * search->dense_capacity : 8;
        ga_dense *more = realloc(search->dense, capacity * sizeof *more);
        if (!more) {
            h->status = GA_ENOMEM;
            return;
        }
        search->dense = more;
        search->dense_capacity = capacity;
    }
    search->dense[search->dense_count++] = (ga_dense){.first = first, .end = end};
}

/*
 * Both halves of a range within one variable, and then both halves of one of these, disagree: two
 * quarters. Many wrong elements, or a few by chance? Small pieces tell: with many, most disagree.
 */
int ga_hunt_is_dense(ga_hunt *h, const ga_node *n, int *told)
{
    const size_t size = n->crowd_end - n->crowd_first;
    const int which = ga_node_loudest(h, n, NULL);
    /* the effects of many faults add up like the square root of their number */
    const double share = PIECE_SHOWS / fmax(n->crowd_loudness, PIECE_SHOWS);
    size_t piece = (size_t)ceil(share * share * (double)size);
    piece = piece > PIECE_LEAST ? piece : PIECE_LEAST;
    *told = PIECES * piece <= size / SMALL;
    if (!*told) { /* a few faults would be in most pieces, too: go on, but not for long */
        return ga_hunt_astray_within(h, n->crowd_first, n->crowd_end) >= ASTRAY_MOST;
    }
    int quiet = 0;
    for (size_t k = 0; k < PIECES && quiet <= PIECES_QUIET && !ga_hunt_is_over(h); k++) {
        const size_t part = size / PIECES;
        const uint64_t bits =
            ga_hash(h->field->profile->seed, n->crowd_first, GA_FOR_COURSE, n->crowd_end + k);
        const size_t off = (size_t)(ga_hash_uniform(bits) * (double)(part - piece));
        const size_t first = n->crowd_first + k * part + off;
        const ga_course *like = &n->readings[which].course;
        ga_reading small;
        quiet += !ga_hunt_measure(h, like->kind, like->number, first, first + piece, &small) ||
                 ga_reading_is_quiet(h, &small);
    }
    return quiet <= PIECES_QUIET && !ga_hunt_is_over(h);
}
