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

#include "decode.h"
#include "estimate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROUNDS_MOST = 3,         /* searches of the whole, the later ones for what the first left */
    EVALUATIONS_MOST = 2000, /* no search takes more: one wrong element in ten takes 600 */
    FAULTS_MOST = 96,        /* named at most; more are a dense fault or no sum of faults at all */
    REFUSED_MOST = 24, /* elements that the probe does not find wrong: the model is at fault */
    EXTRA_MOST = 5,    /* fresh directions over one range to choose among fits */
    PIECES = 5,        /* small parts of a variable that tell a dense fault, */
    PIECES_QUIET = 1,  /* of which one may disagree too little to be seen */
    DEAD_ENDS_MOST = 32,
    UNTOLD_MOST = 6, /* wrong elements named in a variable whose small parts show too little */
    CROWDED = 2      /* halvings in a row with both sides wrong: two of four quarters */
};

/*
 * One pair has no other to be compared with, so its truncation is that of the known directions: the
 * largest seen, eightfold, as the third derivative along a random direction is a random number with
 * mean 0, and may be ten times less than usual. With fewer than four directions to take the largest
 * of, in proportion more.
 */
static const double CAUTION = 8.0;
static const double DIRECTIONS_USUAL = 4.0;
static const double BY_NOISE = 2.0;   /* standard deviations that no truncation need explain */
static const double LEAST_BEND = 1.0; /* times G; noisy directions would not show less */
static const double STEP_MOST = 0.2;
static const double WITHIN = 0.9;       /* of the room between the bounds */
static const double CHANGE_MOST = 0.05; /* of the loss, as far as the gradient predicts it */
static const double CHANGE_LEAST = 1e-3;
static const double UNLUCKY = 8.0; /* times that a noise table may have been too low by luck */
static const double BENT = 8.0;    /* an even part so many times the usual shows a kink */

static const double WIDE = 2.6;   /* bars of one measurement that a difference may have grown to */
static const double LUCKY = 0.25; /* fits by chance that a fit may be suspected of */
static const double GRAINS = 4.0; /* standard deviations of the rounding of x + t v */
static const double PIECE_SHOWS = 12.0; /* bars by which a piece of a dense fault stands out */
static const size_t PIECE_LEAST = 4;

/* The residual over one range, as measured: nothing is taken off. */
typedef struct reading {
    ga_course course;
    double residual;
    double noise, truncation; /* shares of the bar */
    double allowed;           /* what the gradient may err */
    double step;
} reading;

/* A range and what is known of it; parts of a reading's range outside it are explained. */
typedef struct node {
    size_t first, end;
    reading readings[GA_EQUATIONS_MOST];
    int count;
    int extra;   /* directions added to choose among fits */
    int crowded; /* halvings in a row, within one variable, that left both sides wrong; */
    size_t crowd_first, crowd_end; /* the first of them halved this range */
} node;

typedef struct fault {
    size_t element;
    double size, bar;
} fault;

typedef struct hunt {
    const ga_field *field;
    ga_search *search;
    ga_decoder decoder;
    const ga_direction *known;
    size_t known_count;
    ga_status status;

    double step, noise, truncation; /* of one pair: its step and the shares of its bar */
    double bend;                    /* largest even part of a known direction, over h^2 */
    double grain;                   /* relative error of a share times the step */
    int thorough;                   /* pairs are no good: whole directions instead */
    uint32_t fresh;                 /* number of the next direction that nobody has used */

    fault faults[FAULTS_MOST];
    int fault_count;
    size_t refused[REFUSED_MOST];
    int refused_count;
    size_t dense_before;              /* dense ranges that other searches left */
    size_t spent;                     /* evaluations of this search */
    size_t dead_ends[DEAD_ENDS_MOST]; /* elements where a search ended without a fault */
    int dead_end_count;
} hunt;

static int is_over(const hunt *h)
{
    return h->status != GA_OK || h->search->spent || h->fault_count >= FAULTS_MOST ||
           h->refused_count >= REFUSED_MOST || h->spent >= EVALUATIONS_MOST;
}

/* ---- Readings ------------------------------------------------------------------------------ */

static double share_of(const hunt *h, const ga_course *course, size_t element)
{
    double v = 0.0;
    h->field->shares(h->field->context, course, element, 1, &v);
    return v;
}

/* What is left of a reading when the faults found within its range are taken off. */
static reading take_off(const hunt *h, const reading *whole)
{
    reading left = *whole;
    double squares = left.noise * left.noise;
    for (int i = 0; i < h->fault_count; i++) {
        const fault *f = h->faults + i;
        if (f->element >= left.course.first && f->element < left.course.end) {
            const double v = share_of(h, &left.course, f->element);
            left.residual -= f->size * v;
            squares += f->bar * v * f->bar * v;
            left.truncation += h->grain / left.step * fabs(f->size * v);
        }
    }
    left.noise = sqrt(squares);
    return left;
}

static double bar_of(const reading *r)
{
    return r->noise + r->truncation + r->allowed;
}

static int is_quiet(const hunt *h, const reading *whole)
{
    const reading left = take_off(h, whole);
    return fabs(left.residual) <= bar_of(&left);
}

/* The reading of one half from those of the whole and of the other half. */
static reading subtract(const hunt *h, const reading *whole, const reading *part,
                        const ga_course *course, double allowed)
{
    const reading a = take_off(h, whole);
    const reading b = take_off(h, part);
    reading rest = {
        .course = *course,
        .residual = a.residual - b.residual,
        .noise = hypot(a.noise, b.noise),
        .truncation = a.truncation + b.truncation,
        .allowed = allowed,
        .step = fmin(a.step, b.step),
    };
    for (int i = 0; i < h->fault_count; i++) { /* as measured: nothing is taken off */
        const fault *f = h->faults + i;
        if (f->element >= course->first && f->element < course->end) {
            rest.residual += f->size * share_of(h, course, f->element);
        }
    }
    return rest;
}

/* Measured in full, as the known directions were. */
static int measure_in_full(hunt *h, const ga_course *course, reading *out)
{
    ga_direction made;
    const int done = ga_directions_measure(h->field, course, 1, &made);
    h->spent += (size_t)made.evaluations;
    h->search->evaluations += (size_t)made.evaluations;
    if (!done) {
        h->search->spent = 1;
    }
    *out = (reading){
        .course = *course,
        .residual = made.residual,
        .noise = made.noise,
        .truncation = made.bar - made.noise,
        .allowed = made.allowed,
        .step = made.step,
    };
    return isfinite(made.bar) && isfinite(made.residual);
}

/* One pair at the step of this search; 0: it is not finite, or shows a kink. */
static int measure_pair(hunt *h, const ga_course *course, const ga_prospect *prospect, reading *out)
{
    const double f0 = h->field->profile->values.origin;
    const double cap = CHANGE_MOST * fmax(fabs(f0), CHANGE_LEAST) / fabs(prospect->claimed);
    const double step = fmin(fmin(h->step, cap), WITHIN * prospect->room);
    if (!(step > 0.0)) {
        return 0;
    }
    ga_request sides[2] = {{.course = *course, .t = step}, {.course = *course, .t = -step}};
    if (!h->field->evaluate(h->field->context, sides, 2)) {
        h->search->spent = 1;
    }
    h->spent += 2;
    h->search->evaluations += 2;
    const double up = sides[0].value - sides[0].predicted;
    const double down = sides[1].value - sides[1].predicted;
    const double even = sides[0].value + sides[1].value - 2.0 * f0;
    const double shorter = h->step / step;
    *out = (reading){
        .course = *course,
        .residual = (up - down) / step / 2.0,
        .noise = h->noise * shorter,
        .truncation = h->truncation / (shorter * shorter),
        .allowed = prospect->rounding,
        .step = step,
    };
    if (prospect->size > 0.0 && isfinite(out->residual)) {
        const double off = fmax(fabs(sides[0].predicted - step * prospect->claimed),
                                fabs(sides[1].predicted + step * prospect->claimed));
        h->grain = fmax(h->grain, GRAINS * off / prospect->size);
    }
    const double usual = BENT * h->bend * step * step + 2.0 * GA_SIGMAS * h->field->profile->noise;
    return isfinite(out->residual) && fabs(even) <= usual;
}

/* Measure a direction over a range. 0: that could not be done. */
static int measure(hunt *h, ga_sweep_kind kind, uint32_t number, size_t first, size_t end,
                   reading *out)
{
    const ga_course course = {.kind = kind, .number = number, .first = first, .end = end};
    ga_prospect prospect;
    h->field->look_ahead(h->field->context, &course, &prospect);
    if (!h->thorough && kind == GA_SWEEP_HYBRID && measure_pair(h, &course, &prospect, out)) {
        return 1;
    }
    return !h->search->spent && measure_in_full(h, &course, out);
}

static double allowed_over(const hunt *h, const ga_course *course)
{
    ga_prospect prospect;
    h->field->look_ahead(h->field->context, course, &prospect);
    return prospect.rounding;
}

/* ---- Dense ranges -------------------------------------------------------------------------- */

static int meets_dense(const hunt *h, size_t first, size_t end)
{
    for (size_t i = h->dense_before; i < h->search->dense_count; i++) {
        const ga_dense *d = h->search->dense + i;
        if (d->first < end && first < d->end) {
            return 1;
        }
    }
    return 0;
}

static void record_dense(hunt *h, size_t first, size_t end)
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

static void meet_dead_end(hunt *h, size_t element)
{
    if (h->dead_end_count < DEAD_ENDS_MOST) {
        h->dead_ends[h->dead_end_count++] = element;
    }
}

/* Those within a dense range are no riddle. */
static int has_dead_ends(const hunt *h)
{
    for (int i = 0; i < h->dead_end_count; i++) {
        if (!meets_dense(h, h->dead_ends[i], h->dead_ends[i] + 1)) {
            return 1;
        }
    }
    return 0;
}

/* ---- Nodes --------------------------------------------------------------------------------- */

static const reading *find_number(const node *n, const reading *like)
{
    for (int i = 0; i < n->count; i++) {
        if (n->readings[i].course.kind == like->course.kind &&
            n->readings[i].course.number == like->course.number) {
            return n->readings + i;
        }
    }
    return NULL;
}

/* Add a reading, or let it take the place of a worse one of the same direction. */
static void adopt(const hunt *h, node *n, const reading *fresh)
{
    const reading left = take_off(h, fresh);
    int worst = -1;
    double wide = bar_of(&left);
    for (int i = 0; i < n->count; i++) {
        const int same = n->readings[i].course.kind == fresh->course.kind &&
                         n->readings[i].course.number == fresh->course.number;
        const reading old = take_off(h, n->readings + i);
        if (same) {
            if (bar_of(&old) > bar_of(&left)) {
                n->readings[i] = *fresh;
            }
            return;
        }
        if (bar_of(&old) > wide) {
            wide = bar_of(&old);
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
static void forget_dense(const hunt *h, node *n)
{
    int kept = 0;
    for (int i = 0; i < n->count; i++) {
        const ga_course *course = &n->readings[i].course;
        if (!meets_dense(h, course->first, course->end)) {
            n->readings[kept++] = n->readings[i];
        }
    }
    n->count = kept;
}

static int node_is_quiet(const hunt *h, const node *n)
{
    for (int i = 0; i < n->count; i++) {
        if (!is_quiet(h, n->readings + i)) {
            return 0;
        }
    }
    return 1;
}

/* How far a reading stands out of its bar. */
static double loudness_of(const hunt *h, const reading *whole)
{
    const reading left = take_off(h, whole);
    return fabs(left.residual) / bar_of(&left);
}

/*
 * The reading of a node that stands out most and that `half` has not got yet; below 0: there is
 * none. Hybrid ones that stand out at all come first: along sign(g) everything pulls together, and
 * a single pair has more truncation.
 */
static int loudest(const hunt *h, const node *n, const node *half)
{
    int best = -1;
    int best_is_plain = 0;
    double most = -1.0;
    for (int i = 0; i < n->count; i++) {
        const double loud = loudness_of(h, n->readings + i);
        const int is_plain = n->readings[i].course.kind == GA_SWEEP_HYBRID && loud > 1.0;
        const int better = is_plain != best_is_plain ? is_plain : loud > most;
        if (better && !(half && find_number(half, n->readings + i))) {
            best = i;
            best_is_plain = is_plain;
            most = loud;
        }
    }
    return best;
}

static double loudness(const hunt *h, const node *n)
{
    double most = 0.0;
    for (int i = 0; i < n->count; i++) {
        most = fmax(most, loudness_of(h, n->readings + i));
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

/* ---- Faults -------------------------------------------------------------------------------- */

static int is_refused(const hunt *h, size_t element)
{
    for (int i = 0; i < h->refused_count; i++) {
        if (h->refused[i] == element) {
            return 1;
        }
    }
    return 0;
}

static fault *find_fault(hunt *h, size_t element)
{
    for (int i = 0; i < h->fault_count; i++) {
        if (h->faults[i].element == element) {
            return h->faults + i;
        }
    }
    return NULL;
}

static int faults_within(const hunt *h, size_t first, size_t end)
{
    int count = 0;
    for (int i = 0; i < h->fault_count; i++) {
        count += h->faults[i].element >= first && h->faults[i].element < end;
    }
    return count;
}

static void record_found(hunt *h, const ga_located *fresh)
{
    ga_search *search = h->search;
    if (search->count == search->capacity) {
        const size_t capacity = search->capacity ? 2 * search->capacity : 16;
        ga_located *more = realloc(search->found, capacity * sizeof *more);
        if (!more) {
            h->status = GA_ENOMEM;
            return;
        }
        search->found = more;
        search->capacity = capacity;
    }
    size_t i = search->count++;
    for (; i > 0 && search->found[i - 1].element > fresh->element; i--) {
        search->found[i] = search->found[i - 1];
    }
    search->found[i] = *fresh;
}

/* Ask the element probe. 1: the element is wrong, and known now; 0: not so. */
static int confirm(hunt *h, size_t element, double size, double bar)
{
    fault *old = find_fault(h, element);
    if (old) { /* it was known less well before */
        const int better = bar < old->bar;
        if (better) {
            old->size += size;
            old->bar = bar;
        }
        return better;
    }
    double measured = 0.0;
    double uncertainty = (double)INFINITY;
    const int answer =
        h->field->confirm(h->field->context, element, size, bar, &measured, &uncertainty);
    if (answer < 0) {
        h->search->spent = 1;
        return 0;
    }
    if (answer == 0) {
        h->refused[h->refused_count++] = element;
        return 0;
    }
    const int agree = fabs(measured - size) <= uncertainty + bar;
    fault *fresh = h->faults + h->fault_count++;
    *fresh = agree && bar < uncertainty
                 ? (fault){.element = element, .size = size, .bar = bar}
                 : (fault){.element = element, .size = measured, .bar = uncertainty};
    record_found(h, &(ga_located){.element = element, .residual = measured, .bar = uncertainty});
    return 1;
}

typedef enum outcome {
    NOTHING_FITS,
    SEVERAL_FIT,
    FOUND
} outcome;

static int write_equations(const hunt *h, const node *n, ga_equation *out)
{
    for (int i = 0; i < n->count; i++) {
        const reading left = take_off(h, n->readings + i);
        out[i] = (ga_equation){
            .course = left.course,
            .residual = left.residual,
            .bar = bar_of(&left),
            .slack = h->grain / left.step,
        };
    }
    return n->count;
}

/* Confirm the only fit that is left when refused elements are out. */
static outcome weigh(hunt *h, const ga_fits *fits)
{
    const ga_fit *only = NULL;
    size_t open = fits->count;
    const size_t kept = fits->count < GA_FITS_KEPT ? fits->count : GA_FITS_KEPT;
    for (size_t i = 0; i < kept; i++) {
        const ga_fit *fit = fits->fit + i;
        int out = 0;
        for (int k = 0; k < fit->count; k++) {
            out = out || is_refused(h, fit->element[k]);
        }
        if (out) {
            open--;
        } else if (!only) {
            only = fit;
        }
    }
    if (open == 0) {
        return NOTHING_FITS;
    }
    if (open > 1 || !only || !(fits->luck <= LUCKY)) {
        return SEVERAL_FIT;
    }
    outcome result = NOTHING_FITS;
    for (int k = 0; k < only->count && !is_over(h); k++) {
        if (confirm(h, only->element[k], only->fault[k], only->bar[k])) {
            result = FOUND;
        } else {
            break;
        }
    }
    return result;
}

/* Is the node explained by one element, or by two? */
static outcome explain(hunt *h, const node *n)
{
    ga_equation equations[GA_EQUATIONS_MOST];
    ga_fits fits;
    const int count = write_equations(h, n, equations);
    if (count < 2 && n->end - n->first > 1) {
        return NOTHING_FITS;
    }
    ga_decode_one(&h->decoder, n->first, n->end, equations, count, &fits);
    const outcome one = weigh(h, &fits);
    if (one != NOTHING_FITS || is_over(h)) {
        return one;
    }
    if (ga_decode_two(&h->decoder, n->first, n->end, equations, count, &fits)) {
        return weigh(h, &fits);
    }
    return NOTHING_FITS;
}

/* ---- Halving ------------------------------------------------------------------------------- */

/* Another direction over the node: one that nobody has used. */
static int measure_more(hunt *h, node *n)
{
    reading fresh;
    if (n->count >= GA_EQUATIONS_MOST ||
        !measure(h, GA_SWEEP_HYBRID, h->fresh, n->first, n->end, &fresh)) {
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
static int share_out(hunt *h, const node *whole, int which, node *left, node *right)
{
    const reading *source = whole->readings + which;
    const ga_course *course = &source->course;
    reading part;
    if (!measure(h, course->kind, course->number, left->first, left->end, &part)) {
        return 0;
    }
    const ga_course other = {
        .kind = course->kind, .number = course->number, .first = right->first, .end = right->end};
    reading rest = subtract(h, source, &part, &other, allowed_over(h, &other));
    const double unit = h->noise + h->truncation;
    if (rest.noise + rest.truncation > WIDE * unit && !h->thorough && !is_quiet(h, &rest) &&
        !measure(h, other.kind, other.number, other.first, other.end, &rest)) {
        return 0;
    }
    left->readings[left->count++] = part;
    right->readings[right->count++] = rest;
    return 1;
}

static void solve(hunt *h, node *n);

/* Go on with one half of the node: the other one is explained. */
static void narrow(const hunt *h, node *n, const node *half)
{
    n->first = half->first;
    n->end = half->end;
    n->extra = 0;
    n->crowded = 0;
    forget_dense(h, n);
    for (int i = 0; i < half->count; i++) {
        adopt(h, n, half->readings + i);
    }
}

/*
 * Both halves of a range within one variable, and then both halves of one of these, disagree: two
 * quarters. Many wrong elements, or a few by chance? Small pieces tell: with many, most disagree.
 */
static int is_dense(hunt *h, const node *n, int *told)
{
    const size_t size = n->crowd_end - n->crowd_first;
    const int which = loudest(h, n, NULL);
    const double loud = loudness_of(h, n->readings + which);
    const double share = PIECE_SHOWS / fmax(loud, PIECE_SHOWS); /* effects add up like sqrt(n) */
    size_t piece = (size_t)ceil(share * share * (double)(n->end - n->first));
    piece = piece > PIECE_LEAST ? piece : PIECE_LEAST;
    *told = PIECES * piece <= size / 2;
    if (!*told) { /* no smaller than what the halving looks at anyway: go on, but not for long */
        return faults_within(h, n->crowd_first, n->crowd_end) >= UNTOLD_MOST;
    }
    int quiet = 0;
    for (size_t k = 0; k < PIECES && quiet <= PIECES_QUIET && !is_over(h); k++) {
        const size_t part = size / PIECES;
        const uint64_t bits =
            ga_hash(h->field->profile->seed, n->crowd_first, GA_FOR_COURSE, n->crowd_end + k);
        const size_t off = (size_t)(ga_hash_uniform(bits) * (double)(part - piece));
        const size_t first = n->crowd_first + k * part + off;
        const ga_course *like = &n->readings[which].course;
        reading small;
        quiet += !measure(h, like->kind, like->number, first, first + piece, &small) ||
                 is_quiet(h, &small);
    }
    return quiet <= PIECES_QUIET && !is_over(h);
}

static void halve(hunt *h, node *n)
{
    const size_t middle = middle_of(h->field, n->first, n->end);
    node left = {.first = n->first, .end = middle};
    node right = {.first = middle, .end = n->end};
    node *const halves[2] = {&left, &right};
    int which = loudest(h, n, NULL);
    if (!share_out(h, n, which, &left, &right)) {
        meet_dead_end(h, n->first);
        n->first = n->end;
        return;
    }
    for (int k = 0; k < 2; k++) {
        if (node_is_quiet(h, halves[k])) {
            narrow(h, n, halves[1 - k]);
            return;
        }
    }
    const int inside = variable_of(h->field, n->first, n->end) >= 0;
    for (int k = 0; k < 2; k++) {
        halves[k]->crowded = inside ? n->crowded + 1 : 0;
        halves[k]->crowd_first = n->crowded > 0 ? n->crowd_first : n->first;
        halves[k]->crowd_end = n->crowded > 0 ? n->crowd_end : n->end;
    }
    which = loudest(h, n, &left);
    if (which < 0 && measure_more(h, n)) {
        which = n->count - 1;
    }
    if (which >= 0 && share_out(h, n, which, &left, &right)) {
        for (int k = 0; k < 2 && !is_over(h); k++) {
            if (explain(h, halves[k]) == FOUND && node_is_quiet(h, halves[k])) {
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
}

/* Would a third direction tell pairs of elements apart? */
static int pairs_would_show(const hunt *h, const node *n)
{
    const double size = (double)(n->end - n->first);
    return n->count == 2 && size * size <= LUCKY * loudness(h, n);
}

static void solve(hunt *h, node *n)
{
    while (!is_over(h) && n->first < n->end) {
        forget_dense(h, n);
        if (meets_dense(h, n->first, n->end) || (n->count == 0 && !measure_more(h, n)) ||
            node_is_quiet(h, n)) {
            return;
        }
        const outcome seen = explain(h, n);
        if (seen == FOUND) {
            continue;
        }
        if (n->end - n->first == 1) {
            meet_dead_end(h, n->first);
            return;
        }
        if ((seen == SEVERAL_FIT && n->extra < EXTRA_MOST) || pairs_would_show(h, n)) {
            n->extra++;
            if (measure_more(h, n)) {
                continue;
            }
        }
        if (n->crowded >= CROWDED) {
            int told = 0;
            if (is_dense(h, n, &told)) {
                record_dense(h, n->crowd_first, n->crowd_end);
                return;
            }
            n->crowded = told ? 0 : n->crowded;
        }
        halve(h, n);
    }
}

/* ---- The whole ----------------------------------------------------------------------------- */

/*
 * The noise of one value, as the two longest pairs of the known directions show it. It contains
 * their truncation, so no more than some of it is believed; in double there is room for that, and a
 * noise table that was lucky would make every bar of the search too narrow.
 */
static double noise_of(const hunt *h)
{
    const ga_profile *profile = h->field->profile;
    double noise = profile->noise;
    double squares = 0.0;
    for (size_t i = 0; i < h->known_count; i++) {
        const ga_direction *d = h->known + i;
        noise = fmax(noise, d->noise * d->step * sqrt(2.0) / GA_SIGMAS);
        if (d->pairs > 1) {
            const double off = d->residual_at[0] - d->residual_at[1];
            squares += 2.0 * off * off / (1.0 / d->h[0] / d->h[0] + 1.0 / d->h[1] / d->h[1]);
        }
    }
    const double seen = sqrt(squares / (double)h->known_count);
    return profile->values.single ? noise : fmax(noise, fmin(seen, UNLUCKY * profile->noise));
}

/* Step and bar of a single pair, from what the known directions showed. */
static void plan(hunt *h)
{
    const double noise = noise_of(h);
    double truncation = 0.0;
    for (size_t i = 0; i < h->known_count; i++) {
        const ga_direction *d = h->known + i;
        h->thorough = h->thorough || d->kinked;
        if (d->course.number >= h->fresh) {
            h->fresh = d->course.number + 1;
        }
        if (d->course.kind != GA_SWEEP_HYBRID) {
            continue; /* its truncation is not that of the others */
        }
        if (d->pairs > 1) { /* the longest two: in shorter ones noise would pass for truncation */
            const double squares = d->h[0] * d->h[0] - d->h[1] * d->h[1];
            const double usual = noise * hypot(1.0 / d->h[0], 1.0 / d->h[1]) / sqrt(2.0);
            const double off = fabs(d->residual_at[0] - d->residual_at[1]) - BY_NOISE * usual;
            truncation = fmax(truncation, off / squares);
        }
        if (d->pairs > 0) {
            h->bend = fmax(h->bend, fabs(d->even_at[0]) / (d->h[0] * d->h[0]));
        }
    }
    const double few = fmax(1.0, DIRECTIONS_USUAL / (double)h->known_count);
    const double t = fmax(CAUTION * few * truncation, LEAST_BEND * h->field->size);
    h->step = fmin(STEP_MOST, cbrt(GA_SIGMAS * noise / (2.0 * sqrt(2.0) * t)));
    h->noise = GA_SIGMAS * noise / (sqrt(2.0) * h->step);
    h->truncation = t * h->step * h->step;
}

static node begin_with_known(const hunt *h, size_t first, size_t end)
{
    node all = {.first = first, .end = end};
    for (size_t i = 0; i < h->known_count && all.count < GA_EQUATIONS_MOST; i++) {
        const ga_direction *d = h->known + i;
        if (isfinite(d->residual) && isfinite(d->bar)) {
            all.readings[all.count++] = (reading){
                .course = d->course,
                .residual = d->residual,
                .noise = d->noise,
                .truncation = fmax(0.0, d->bar - d->noise),
                .allowed = d->allowed,
                .step = d->step,
            };
        }
    }
    return all;
}

ga_status ga_locate(const ga_field *field, size_t first, size_t end, const ga_direction *known,
                    size_t count, ga_search *search)
{
    hunt h = {
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
    plan(&h);
    int before = -1;
    for (int round = 0; round < ROUNDS_MOST && before < h.fault_count && !is_over(&h); round++) {
        node all = begin_with_known(&h, first, end);
        before = h.fault_count;
        if (node_is_quiet(&h, &all)) {
            break;
        }
        solve(&h, &all);
    }
    /* Next to a dense range the known residuals say nothing: there the way itself must have. */
    const node all = begin_with_known(&h, first, end);
    const int open = search->dense_count > h.dense_before ? has_dead_ends(&h) || is_over(&h)
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
