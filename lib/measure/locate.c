/*
 * The search for wrong elements: a trie over the elements in which one direction is shared by all
 * ranges, so that what is measured over one half is known of the other by subtraction.
 *
 * Each range tries to explain its residuals by one or two elements before it is halved; each fault
 * found is taken off every residual that contains it. Of two halves that both disagree, the first
 * is searched with residuals of its own; what remains of the whole belongs to the second, which so
 * begins with all that is known of both.
 *
 * Non-adaptive recovery needs a third more evaluations (orthogonal matching pursuit: Tropp and
 * Gilbert, IEEE Trans. Inf. Theory 53, 2007); adaptive halving at a low ratio of signal to noise is
 * Malloy and Nowak, "Near-optimal adaptive compressed sensing", IEEE Trans. Inf. Theory 60 (2014).
 */
#include "locate.h"

#include "hunt.h"

#include <math.h>
#include <stdlib.h>

enum {
    EVALUATIONS_MOST = 2000, /* no search takes more: one wrong element in ten takes 600 */
    EXTRA_MOST = 5,          /* fresh directions over one range to choose among fits */
    UNSEEN_MOST = 3,         /* one element in eight is on the same side so often */
    CROWDED = 2              /* halvings in a row with both sides wrong: two of four quarters */
};

static const double WIDE = 2.6; /* bars of one measurement that a difference may have grown to */
static const double SQUARES = 0.25; /* pairs that may fit by chance before a third direction pays */

int ga_hunt_is_over(const ga_hunt *h)
{
    return h->status != GA_OK || h->search->spent || h->fault_count >= GA_FAULTS_MOST ||
           h->refused_count >= GA_REFUSED_MOST || h->spent >= EVALUATIONS_MOST;
}

static void meet_dead_end(ga_hunt *h, size_t element)
{
    if (h->dead_end_count < GA_DEAD_ENDS_MOST) {
        h->dead_ends[h->dead_end_count++] = element;
    }
}

/* Those within a dense range are no riddle. */
static int has_dead_ends(const ga_hunt *h)
{
    for (int i = 0; i < h->dead_end_count; i++) {
        if (!ga_hunt_meets_dense(h, h->dead_ends[i], h->dead_ends[i] + 1)) {
            return 1;
        }
    }
    return 0;
}

/* ---- Nodes --------------------------------------------------------------------------------- */

/* Add a reading, or let it take the place of a worse one of the same direction. */
static void adopt(const ga_hunt *h, ga_node *n, const ga_reading *fresh)
{
    const ga_reading left = ga_reading_left(h, fresh);
    int worst = -1;
    double wide = ga_reading_bar(&left);
    for (int i = 0; i < n->count; i++) {
        const int same = n->readings[i].course.kind == fresh->course.kind &&
                         n->readings[i].course.number == fresh->course.number;
        const ga_reading old = ga_reading_left(h, n->readings + i);
        if (same) {
            const int surer = fresh->own - old.own;
            if (surer > 0 || (surer == 0 && ga_reading_bar(&old) > ga_reading_bar(&left))) {
                n->readings[i] = *fresh;
            }
            return;
        }
        if (ga_reading_bar(&old) > wide) {
            wide = ga_reading_bar(&old);
            worst = i;
        }
    }
    if (n->count < GA_EQUATIONS_MOST) {
        n->readings[n->count++] = *fresh;
    } else if (worst >= 0) {
        n->readings[worst] = *fresh;
    }
}

/* Readings that contain a dense range say nothing of the rest. */
static void forget_dense(const ga_hunt *h, ga_node *n)
{
    int kept = 0;
    for (int i = 0; i < n->count; i++) {
        const ga_course *course = &n->readings[i].course;
        if (!ga_hunt_meets_dense(h, course->first, course->end)) {
            n->readings[kept++] = n->readings[i];
        }
    }
    n->count = kept;
}

static int node_is_quiet(const ga_hunt *h, const ga_node *n)
{
    for (int i = 0; i < n->count; i++) {
        if (!ga_reading_is_quiet(h, n->readings + i)) {
            return 0;
        }
    }
    return 1;
}

static double loudness(const ga_hunt *h, const ga_node *n)
{
    double most = 0.0;
    for (int i = 0; i < n->count; i++) {
        most = fmax(most, ga_reading_loudness(h, n->readings + i));
    }
    return most;
}

static int variable_of(const ga_field *field, size_t first, size_t end)
{
    for (size_t k = 0; k < field->variables; k++) {
        if (first >= field->boundaries[k] && end <= field->boundaries[k + 1]) {
            return (int)k;
        }
    }
    return -1;
}

/* Where to halve: at the boundary of variables nearest the middle, or in the middle. */
static size_t middle_of(const ga_field *field, size_t first, size_t end)
{
    const size_t middle = first + (end - first) / 2;
    size_t best = 0;
    size_t least = SIZE_MAX;
    for (size_t k = 1; k < field->variables; k++) {
        const size_t at = field->boundaries[k];
        const size_t off = at > middle ? at - middle : middle - at;
        if (at > first && at < end && off < least) {
            least = off;
            best = at;
        }
    }
    return least == SIZE_MAX ? middle : best;
}

/* ---- Halving ------------------------------------------------------------------------------- */

/* Another direction over the node: one that nobody has used. */
static int measure_more(ga_hunt *h, ga_node *n)
{
    ga_reading fresh;
    if (n->count >= GA_EQUATIONS_MOST ||
        !ga_hunt_measure(h, GA_SWEEP_HYBRID, h->fresh, n->first, n->end, &fresh)) {
        return 0;
    }
    h->fresh++;
    n->readings[n->count++] = fresh;
    return 1;
}

/*
 * Measure over the first half what reading `which` says of the whole, and add it to both halves.
 * 0: that could not be done.
 */
static int share_out(ga_hunt *h, const ga_node *whole, int which, ga_node *left, ga_node *right)
{
    const ga_reading *source = whole->readings + which;
    const ga_course *course = &source->course;
    ga_reading part;
    if (!ga_hunt_measure(h, course->kind, course->number, left->first, left->end, &part)) {
        return 0;
    }
    const ga_course other = {
        .kind = course->kind, .number = course->number, .first = right->first, .end = right->end};
    ga_reading rest = ga_reading_subtract(h, source, &part, &other, ga_hunt_allowed(h, &other));
    const double unit = h->noise + h->truncation;
    if (rest.noise + rest.truncation > WIDE * unit && !h->thorough &&
        !ga_reading_is_quiet(h, &rest) &&
        !ga_hunt_measure(h, other.kind, other.number, other.first, other.end, &rest)) {
        return 0;
    }
    left->readings[left->count++] = part;
    right->readings[right->count++] = rest;
    return 1;
}

static void solve(ga_hunt *h, ga_node *n);

/* Go on with one half of the node: the other one is explained. */
static void narrow(const ga_hunt *h, ga_node *n, const ga_node *half)
{
    n->first = half->first;
    n->end = half->end;
    n->extra = 0;
    n->crowded = 0;
    forget_dense(h, n);
    for (int i = 0; i < n->count; i++) {
        n->readings[i].own = n->readings[i].own && ga_node_find(half, n->readings + i);
    }
    for (int i = 0; i < half->count; i++) {
        adopt(h, n, half->readings + i);
    }
}

static void halve(ga_hunt *h, ga_node *n)
{
    const size_t middle = middle_of(h->field, n->first, n->end);
    ga_node left = {.first = n->first, .end = middle};
    ga_node right = {.first = middle, .end = n->end};
    ga_node *const halves[2] = {&left, &right};
    int which = ga_node_loudest(h, n, NULL);
    if (!share_out(h, n, which, &left, &right)) {
        meet_dead_end(h, n->first);
        n->first = n->end;
        return;
    }
    for (int k = 0; k < 2; k++) {
        if (node_is_quiet(h, halves[k])) {
            narrow(h, n, halves[1 - k]);
            n->unseen = k == 0 ? n->unseen + 1 : 0;
            return;
        }
    }
    n->unseen = 0;
    const int inside = variable_of(h->field, n->first, n->end) >= 0;
    for (int k = 0; k < 2; k++) {
        halves[k]->crowded = inside ? n->crowded + 1 : 0;
        halves[k]->crowd_first = n->crowded > 0 ? n->crowd_first : n->first;
        halves[k]->crowd_end = n->crowded > 0 ? n->crowd_end : n->end;
        halves[k]->crowd_loudness = n->crowded > 0 ? n->crowd_loudness : loudness(h, n);
    }
    which = ga_node_loudest(h, n, &left);
    if (which < 0 && measure_more(h, n)) {
        which = n->count - 1;
    }
    if (which >= 0 && share_out(h, n, which, &left, &right)) {
        for (int k = 0; k < 2 && !ga_hunt_is_over(h); k++) {
            if (ga_hunt_explain(h, halves[k]) == GA_FOUND && node_is_quiet(h, halves[k])) {
                narrow(h, n, halves[1 - k]);
                return;
            }
        }
    }
    solve(h, &left);
    narrow(h, n, &right);
    n->crowded = right.crowded;
    n->crowd_first = right.crowd_first;
    n->crowd_end = right.crowd_end;
    n->crowd_loudness = right.crowd_loudness;
}

/*
 * Half after half was quiet, and what they leave was never looked at itself: it may belong outside,
 * to faults that cancelled where a half seemed quiet. 1 if a reading of the node's own says so.
 */
static int is_a_phantom(ga_hunt *h, ga_node *n)
{
    const int which = ga_node_loudest(h, n, NULL);
    const ga_course *course = &n->readings[which].course;
    ga_reading own;
    n->unseen = 0;
    if (!ga_hunt_measure(h, course->kind, course->number, n->first, n->end, &own)) {
        return 0;
    }
    n->readings[which] = own;
    return ga_reading_is_quiet(h, &own);
}

/* Would a third direction tell pairs of elements apart? */
static int pairs_would_show(const ga_hunt *h, const ga_node *n)
{
    const double size = (double)(n->end - n->first);
    return n->count == 2 && size * size <= SQUARES * loudness(h, n);
}

static void solve(ga_hunt *h, ga_node *n)
{
    while (!ga_hunt_is_over(h) && n->first < n->end) {
        if (ga_hunt_meets_dense(h, n->first, n->end)) {
            return;
        }
        forget_dense(h, n);
        if (n->count == 0 && !measure_more(h, n)) {
            meet_dead_end(h, n->first);
            return;
        }
        if (node_is_quiet(h, n)) {
            return;
        }
        const ga_outcome seen = ga_hunt_explain(h, n);
        if (seen == GA_FOUND) {
            continue;
        }
        if (n->end - n->first == 1 || (n->unseen >= UNSEEN_MOST && is_a_phantom(h, n))) {
            meet_dead_end(h, n->first);
            return;
        }
        if ((seen == GA_SEVERAL_FIT && n->extra < EXTRA_MOST) || pairs_would_show(h, n)) {
            n->extra++;
            if (measure_more(h, n)) {
                continue;
            }
        }
        if (n->crowded >= CROWDED) {
            int told = 0;
            if (ga_hunt_is_dense(h, n, &told)) {
                ga_hunt_record_dense(h, n->crowd_first, n->crowd_end);
                return;
            }
            n->crowded = told ? 0 : n->crowded;
        }
        halve(h, n);
    }
}

/* ---- The whole ----------------------------------------------------------------------------- */

static ga_node begin_with_known(const ga_hunt *h, size_t first, size_t end)
{
    ga_node all = {.first = first, .end = end};
    for (size_t i = 0; i < h->known_count && all.count < GA_EQUATIONS_MOST; i++) {
        const ga_direction *d = h->known + i;
        if (isfinite(d->residual) && isfinite(d->bar)) {
            all.readings[all.count++] = (ga_reading){
                .course = d->course,
                .residual = d->residual,
                .noise = d->noise,
                .truncation = fmax(0.0, d->bar - d->noise),
                .allowed = d->allowed,
                .step = d->step,
                .own = 1,
            };
        }
    }
    return all;
}

ga_status ga_locate(const ga_field *field, size_t first, size_t end, const ga_direction *known,
                    size_t count, ga_search *search)
{
    ga_hunt h = {
        .field = field,
        .search = search,
        .known = known,
        .known_count = count,
        .dense_before = search->dense_count,
    };
    h.status = ga_decoder_begin(&h.decoder, field);
    if (h.status != GA_OK) {
        return h.status;
    }
    ga_hunt_plan(&h);
    while (h.spoilt_count < GA_FRUITLESS_MOST && !ga_hunt_is_over(&h)) {
        ga_node all = begin_with_known(&h, first, end);
        if (all.count > 0 && node_is_quiet(&h, &all)) {
            break;
        }
        const int before = h.fault_count;
        const int lead = ga_node_loudest(&h, &all, NULL);
        const uint32_t number = lead < 0 ? h.fresh : all.readings[lead].course.number;
        solve(&h, &all);
        if (h.fault_count == before) {
            h.spoilt[h.spoilt_count++] = number;
        }
    }
    /* Next to a dense range the known residuals say nothing: there the way itself must have. */
    const ga_node all = begin_with_known(&h, first, end);
    const int open = search->dense_count > h.dense_before ? has_dead_ends(&h) || ga_hunt_is_over(&h)
                                                          : !node_is_quiet(&h, &all);
    search->unexplained |= open;
    ga_decoder_free(&h.decoder);
    return h.status;
}

void ga_search_free(ga_search *search)
{
    if (search) {
        free(search->found);
        free(search->dense);
        *search = (ga_search){.found = NULL};
    }
}
