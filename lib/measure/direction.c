/*
 * Rounds: each asks for the pairs that all directions need next, in one batch, and then looks at
 * each pool, the directions of one kind over one range, whose roughness is taken to be the same.
 *
 * Two pairs a direction are enough where four or more directions are pooled, three otherwise; from
 * there a pool goes on to shorter steps as long as roughness, not noise, makes its bars.
 */
#include "direction.h"

#include "hash.h"
#include "roughness.h"

#include <float.h>
#include <math.h>

enum {
    TOGETHER = 64,   /* directions that are measured at once; more are done one lot after another */
    POOL_MOST = 8,   /* a kink that one direction meets must not be lost among too many others */
    POOL_ENOUGH = 4, /* directions whose two pairs are enough to know the roughness: 8 numbers */
    PAIRS_AHEAD = 3, /* that a direction may ask for in one round */
    RETREATS = 4,    /* times that values were not finite, or the loss went wild */
    DESCENTS = 6     /* times that a pool goes on to shorter steps */
};

/* From one pair to the next. Larger ones see roughness better, smaller ones cover truncation less
 * wastefully; the best of both is flat between 2 and 3. */
static const double RATIO = 2.0;

/* The first step: roughness and noise balance near (noise/slope)^(1/3) where the third derivative
 * is ten times the slope, and where slope/loss is large, its square says how many times. */
static const double PULLED = 0.1;
static const double STEP_MOST = 0.1;    /* a relative change of the elements by more is none at x */
static const double STEP_LEAST = 1e-12; /* x + t v is its own rounding below */
static const double JITTER = 0.2;

/* The gradient must not predict a change beyond this share of the loss: along sign(g) all elements
 * pull together, and logits saturate. Nor may the loss change by more than WILD in fact. */
static const double COHERENT = 0.05;
static const double WILD = 0.5;
static const double NOISES_OF_A_LOSS = 1e4; /* what counts as the size of a loss that is 0 at x */
static const double SOMEWHERE =
    0.01; /* share of G that a part is taken to have, whatever it says */

static const double RETREAT = 1.0 / 30.0; /* of the step, after values that are not finite */

static const double ROUGH_ENOUGH = 4.0; /* times the noise's share of the bar: go shorter */
static const double DOWN_MOST = 1.0 / 16.0;
static const double DOWN_LEAST = 0.5;
static const double KINKY = 0.3; /* even parts ask for this share of the slopes' roughness: kinks */
static const double NEGLIGIBLE = 0.25; /* of what the gradient may err: no bar need be narrower */

/* Elements that are floats are not moved by t v exactly. Even parts feel that by the same share of
 * themselves: once it is more than their noise it looks like kinks, and is worse at shorter steps;
 * and shares of single elements mean nothing any more when it is much of the displacement. */
static const double COARSE = 0.03;
static const double COARSE_NOISES = 3.0;

/* A screen takes many directions, and their noise rests on one table of seven values: one standard
 * deviation more than where two estimates must agree (GA_SIGMAS). */
static const double SIGMAS = 5.0;

/*
 * Noise above what summing leaves behind was measured across kinks, as often as not, and they are
 * no noise: one near x shifts all pairs alike, and stays below the noise that others made. In
 * networks of rectifiers in float, whose noise is 5 to 15 roundings, 2 or 3 errors in 1000 were
 * beyond four standard deviations of it, up to five.
 */
static const double ROUNDINGS_OF_FLOATS = 3.0;
static const double SIGMAS_OF_KINKS = 8.0;

/* What one direction shows by itself must be covered too, with this reach: for a single kink near x
 * three covers what its two disagreements leave out, wherever it is. */
static const double REACH_ALONE = 3.0;

static const double HIDDEN_MOST = 0.45; /* beyond, three faults hide better than two */

static const double ROOM_WANTED = 0.25; /* of the step: bounds limit the bar if there was less */

/* One direction under way. */
typedef struct walk {
    ga_direction *out;
    uint64_t stream;
    size_t pool; /* its first member */
    double open; /* first step that was wanted */
    int wanted;  /* pairs without which there is no bar */
    int retreats;
    int asked;               /* pairs of this round, */
    double ask[PAIRS_AHEAD]; /* by falling step */
    int moved;               /* the loss did */
    int coarse;              /* displacements are mostly rounding: no shorter steps */
    int over;                /* nothing more to ask for */
} walk;

typedef struct lot {
    const ga_field *field;
    walk walks[TOGETHER];
    size_t count;
    int descents[TOGETHER]; /* of the pool that begins there, */
    int skipped[TOGETHER];  /* and pairs of it that are too long to say anything */
    ga_request requests[TOGETHER * PAIRS_AHEAD * 2];
} lot;

/* ---- Steps ---------------------------------------------------------------------------------- */

static double size_of_loss(const ga_profile *profile)
{
    const double seen = fmax(fabs(profile->values.origin), profile->values.largest);
    return fmax(seen, NOISES_OF_A_LOSS * profile->noise);
}

static double jitter(const walk *w, const ga_field *field, uint64_t counter)
{
    const uint64_t bits = ga_hash(field->profile->seed, w->stream, GA_FOR_COURSE, counter);
    return 1.0 + JITTER * (2.0 * ga_hash_uniform(bits) - 1.0);
}

static double opening_step(const walk *w, const ga_field *field)
{
    const ga_prospect *p = &w->out->prospect;
    const double loss = size_of_loss(field->profile);
    double slope = fmax(fabs(p->claimed), fmax(p->size, SOMEWHERE * field->size));
    if (!(slope > 0.0)) {
        slope = loss;
    }
    const double pull = slope / loss; /* the loss changes by itself within 1/pull, coherently */
    double h = cbrt(field->profile->noise / (slope * (1.0 + pull * pull * PULLED)));
    h = fmin(h, STEP_MOST);
    if (fabs(p->claimed) * h > COHERENT * loss) {
        h = COHERENT * loss / fabs(p->claimed);
    }
    return fmax(h, STEP_LEAST) * jitter(w, field, 0);
}

static void ask_from(walk *w, double h, int pairs)
{
    w->asked = 0;
    for (int k = 0; k < pairs && w->out->pairs + w->asked < GA_DIRECTION_PAIRS; k++) {
        w->ask[w->asked++] = h;
        h /= RATIO;
    }
    if (w->asked == 0) {
        w->over = 1;
    }
}

/* ---- One round ------------------------------------------------------------------------------ */

static void add_pair(walk *w, const ga_profile *profile, double h, const ga_request *up,
                     const ga_request *down)
{
    const double origin = profile->values.origin;
    ga_direction *d = w->out;
    const double rise = (up->value - origin) - up->predicted;
    const double fall = (down->value - origin) - down->predicted;
    const double rounding = fabs(up->predicted - h * d->prospect.claimed);
    d->h[d->pairs] = h;
    d->residual_at[d->pairs] = 0.5 * (rise / h - fall / h);
    d->even_at[d->pairs] = rise + fall;
    d->pairs++;
    w->moved |= up->value != origin || down->value != origin;
    if (d->prospect.size > 0.0) {
        const double coarse = rounding / (h * d->prospect.size);
        w->coarse |= coarse > COARSE;
        w->coarse |= coarse * fabs(rise + fall) > COARSE_NOISES * profile->noise;
    }
}

/* How much shorter steps must be for a pair like this to be of use; 1: it is. */
static double judge_pair(const walk *w, const ga_profile *profile, const ga_request *up,
                         const ga_request *down)
{
    const double origin = profile->values.origin;
    const double change = fmax(fabs(up->value - origin), fabs(down->value - origin));
    if (!isfinite(up->value - up->predicted) || !isfinite(down->value - down->predicted)) {
        return RETREAT;
    }
    const double most = size_of_loss(profile);
    if (change > WILD * most && w->retreats < RETREATS) {
        return fmin(DOWN_LEAST, fmax(RETREAT, COHERENT * most / change));
    }
    return 1.0;
}

/* Take what a direction asked for, and ask again where that was of no use. */
static void take_answers(walk *w, const ga_profile *profile, const ga_request *answers)
{
    ga_direction *d = w->out;
    const int asked = w->asked;
    const int descending = d->pairs >= w->wanted;
    double shorter = 1.0;
    for (int k = 0; k < asked; k++) {
        const ga_request *sides = &answers[2 * k];
        shorter = judge_pair(w, profile, &sides[0], &sides[1]);
        if (shorter >= 1.0) {
            add_pair(w, profile, w->ask[k], &sides[0], &sides[1]);
        }
    }
    const double last = w->ask[asked - 1];
    d->evaluations += 2 * asked;
    w->asked = 0;
    if (shorter < 1.0 && descending) {
        w->over = 1; /* what there is stands */
    } else if (shorter < 1.0) {
        d->pairs = 0;
        w->over = ++w->retreats > RETREATS;
        if (!w->over) {
            ask_from(w, last * shorter, w->wanted);
        }
    } else if (d->pairs < w->wanted) {
        w->retreats++;
        ask_from(w, last / RATIO, w->wanted - d->pairs);
    }
}

/* Evaluate all that is asked for. 0: the budget is spent. */
static int run_round(lot *l)
{
    size_t count = 0;
    for (size_t i = 0; i < l->count; i++) {
        const walk *w = &l->walks[i];
        for (int k = 0; k < w->asked; k++) {
            l->requests[count++] = (ga_request){.course = w->out->course, .t = w->ask[k]};
            l->requests[count++] = (ga_request){.course = w->out->course, .t = -w->ask[k]};
        }
    }
    const int go_on = l->field->evaluate(l->field->context, l->requests, count);
    count = 0;
    for (size_t i = 0; i < l->count; i++) {
        walk *w = &l->walks[i];
        const size_t answers = 2 * (size_t)w->asked;
        if (answers > 0) {
            take_answers(w, l->field->profile, &l->requests[count]);
        }
        count += answers;
    }
    return go_on;
}

/* ---- Pools ---------------------------------------------------------------------------------- */

/* Members of the pool that begins at `first` which have their pairs. */
static size_t members_of(const lot *l, size_t first, size_t members[POOL_MOST])
{
    size_t count = 0;
    for (size_t i = first; i < l->count; i++) {
        if (l->walks[i].pool == first && l->walks[i].out->pairs >= l->walks[i].wanted) {
            members[count++] = i;
        }
    }
    return count;
}

static int pairs_wanted(size_t members)
{
    return members >= POOL_ENOUGH ? 2 : 3;
}

/* Standard deviations of the noise that a bar spans. */
static double sigmas_of_noise(const ga_profile *profile)
{
    const ga_values *values = &profile->values;
    const double clean =
        values->single ? ROUNDINGS_OF_FLOATS * ga_values_floor(values) : ga_profile_clean(values);
    return profile->kinks > 0 || profile->noise > clean ? SIGMAS_OF_KINKS : SIGMAS;
}

/* Bars of all members from what there is. 0: shorter steps have not narrowed them, and those before
 * stand. */
static int weigh_pool(lot *l, const size_t *members, size_t count, int *skipped,
                      ga_roughness *pooled)
{
    const double noise = l->field->profile->noise;
    const ga_direction *directions[POOL_MOST];
    for (size_t i = 0; i < count; i++) {
        directions[i] = l->walks[members[i]].out;
    }
    *pooled = ga_roughness_of(directions, count, *skipped, noise);
    while (pooled->smoother) {
        *pooled = ga_roughness_of(directions, count, ++*skipped, noise);
    }
    const double reach = ga_roughness_reach(pooled->freedom);
    const double sigmas = sigmas_of_noise(l->field->profile);
    double before = 0.0;
    double now = 0.0;
    ga_direction made[POOL_MOST];
    for (size_t i = 0; i < count; i++) {
        ga_direction *d = &made[i];
        const ga_roughness own = ga_roughness_of(&directions[i], 1, *skipped, noise);
        *d = *directions[i];
        d->step = d->h[d->pairs - 1];
        d->residual = d->residual_at[d->pairs - 1];
        d->noise = sigmas * noise / (sqrt(2.0) * d->step);
        d->roughness = sqrt(d->step / 6.0) * fmax(reach * pooled->sigma, REACH_ALONE * own.sigma);
        d->bar = d->noise + d->roughness;
        before = fmax(before, directions[i]->bar);
        now = fmax(now, d->bar);
    }
    const int narrower = now < before;
    for (size_t i = 0; i < count; i++) {
        if (narrower || !(directions[i]->bar <= DBL_MAX)) {
            *l->walks[members[i]].out = made[i];
        }
    }
    return narrower;
}

/* Whether shorter steps would narrow bars that need it; then ask for them. */
static void go_down(lot *l, const size_t *members, size_t count, const ga_roughness *pooled)
{
    double ratio = 0.0; /* of roughness and noise */
    int needed = 0;
    for (size_t i = 0; i < count; i++) {
        const walk *w = &l->walks[members[i]];
        ratio = fmax(ratio, w->out->roughness / w->out->noise);
        needed |= w->out->bar > NEGLIGIBLE * w->out->allowed && !w->over && !w->coarse;
    }
    if (!needed || !(ratio > ROUGH_ENOUGH)) {
        return;
    }
    /* Where roughness would be what noise is. Kinks fall like h^(1/2), truncation like h^2. */
    const double power = pooled->evens > KINKY * pooled->slopes ? 2.0 / 3.0 : 1.0 / 3.0;
    const double down = fmin(DOWN_LEAST, fmax(DOWN_MOST, pow(ratio, -power)));
    double from = down; /* a neighbour or two not much longer, that the last one is compared with */
    int pairs = 1;
    while (pairs < pairs_wanted(count) && from * RATIO < 1.0 / sqrt(RATIO)) {
        from *= RATIO;
        pairs++;
    }
    for (size_t i = 0; i < count; i++) {
        walk *w = &l->walks[members[i]];
        if (!w->over && !w->coarse && w->out->step * down >= STEP_LEAST) {
            ask_from(w, w->out->step * from, pairs);
        }
    }
}

/* Look at all pools none of whose members waits for answers. `deeper`: they may go on. */
static void look_at_pools(lot *l, int deeper)
{
    for (size_t first = 0; first < l->count; first++) {
        int waiting = l->walks[first].pool != first;
        for (size_t i = first; i < l->count && !waiting; i++) {
            waiting = l->walks[i].pool == first && l->walks[i].asked > 0;
        }
        if (waiting && deeper) {
            continue;
        }
        size_t members[POOL_MOST];
        const size_t count = members_of(l, first, members);
        if (count == 0) {
            continue;
        }
        ga_roughness pooled;
        if (weigh_pool(l, members, count, &l->skipped[first], &pooled) && deeper &&
            l->descents[first]++ < DESCENTS) {
            go_down(l, members, count, &pooled);
        }
    }
}

/* ---- A lot ---------------------------------------------------------------------------------- */

static int same_pool(const ga_course *a, const ga_course *b)
{
    return a->kind == b->kind && a->first == b->first && a->end == b->end;
}

static void join_pools(lot *l)
{
    size_t sizes[TOGETHER] = {0};
    for (size_t i = 0; i < l->count; i++) {
        size_t pool = 0;
        while (pool < i && (l->walks[pool].pool != pool || sizes[pool] == POOL_MOST ||
                            !same_pool(&l->walks[pool].out->course, &l->walks[i].out->course))) {
            pool++;
        }
        l->walks[i].pool = pool;
        sizes[pool]++;
    }
    for (size_t i = 0; i < l->count; i++) {
        l->walks[i].wanted = pairs_wanted(sizes[l->walks[i].pool]);
    }
}

static void begin(walk *w, const ga_field *field, const ga_course *course, ga_direction *out)
{
    const uint64_t name = ((uint64_t)course->number << 1) | (course->kind == GA_SWEEP_SIGN);
    *out = (ga_direction){
        .course = *course,
        .residual = (double)NAN,
        .bar = (double)INFINITY,
        .limit = GA_DIRECTION_DOMAIN,
    };
    *w = (walk){
        .out = out,
        .stream = ga_hash(course->first, course->end, GA_FOR_COURSE, name),
    };
    field->look_ahead(field->context, course, &out->prospect);
    out->allowed = out->prospect.rounding;
}

static void open_walk(walk *w, const ga_field *field)
{
    const double room = w->out->prospect.room;
    w->open = opening_step(w, field);
    w->over = !(room >= STEP_LEAST);
    if (!w->over) {
        ask_from(w, fmin(w->open, room), w->wanted);
    }
}

static void describe(const walk *w, const ga_profile *profile)
{
    ga_direction *d = w->out;
    d->flat = d->evaluations > 0 && !w->moved;
    if (!(d->bar <= DBL_MAX)) {
        d->limit = GA_DIRECTION_DOMAIN;
        return;
    }
    d->kinked = ga_roughness_shows_kinks(d, profile->noise);
    if (d->allowed > d->bar) {
        d->limit = GA_DIRECTION_CLAIM;
    } else if (d->roughness > d->noise) {
        d->limit = GA_DIRECTION_ROUGH;
    } else if (d->prospect.room < ROOM_WANTED * w->open) {
        d->limit = GA_DIRECTION_DOMAIN;
    } else {
        d->limit = GA_DIRECTION_NOISE;
    }
}

static int is_asking(const lot *l)
{
    int asked = 0;
    for (size_t i = 0; i < l->count; i++) {
        asked |= l->walks[i].asked > 0;
    }
    return asked;
}

static int measure_lot(const ga_field *field, const ga_course *courses, size_t count, int spent,
                       ga_direction *out)
{
    lot l = {.field = field, .count = count};
    for (size_t i = 0; i < count; i++) {
        begin(&l.walks[i], field, &courses[i], &out[i]);
    }
    join_pools(&l);
    for (size_t i = 0; i < count && !spent; i++) {
        open_walk(&l.walks[i], field);
    }
    int go_on = !spent;
    while (go_on && is_asking(&l)) {
        go_on = run_round(&l);
        look_at_pools(&l, go_on);
    }
    for (size_t i = 0; i < count; i++) {
        describe(&l.walks[i], field->profile);
    }
    return go_on;
}

int ga_directions_measure(const ga_field *field, const ga_course *courses, size_t count,
                          ga_direction *out)
{
    int go_on = 1;
    for (size_t i = 0; i < count; i += TOGETHER) {
        const size_t now = count - i < TOGETHER ? count - i : TOGETHER;
        go_on &= measure_lot(field, courses + i, now, !go_on, out + i);
    }
    return go_on;
}

int ga_direction_disagrees(const ga_direction *direction)
{
    return fabs(direction->residual) > direction->bar + direction->allowed;
}

/* ---- What is excluded ----------------------------------------------------------------------- */
/*
 * A fault vector delta is missed when |sum delta_j s_j xi_j| stays below max(|r| + e) in all
 * directions. Two equal faults hide best among all patterns that were tried: their two shares
 * cancel to within x |delta| with probability p(x) = (1 - (1 - sqrt(2) x)^2)/2, for p < 1/2.
 */
double ga_directions_exclude(const ga_direction *directions, size_t count, double miss)
{
    double widest = 0.0;
    size_t hybrid = 0;
    for (size_t i = 0; i < count; i++) {
        const ga_direction *d = &directions[i];
        const double hidden = fabs(d->residual) + d->bar + d->allowed;
        if (d->course.kind != GA_SWEEP_HYBRID) {
            continue;
        }
        if (!(hidden <= DBL_MAX)) {
            return (double)INFINITY;
        }
        widest = fmax(widest, hidden);
        hybrid++;
    }
    if (hybrid == 0 || !(miss > 0.0)) {
        return (double)INFINITY;
    }
    const double each = fmin(pow(miss, 1.0 / (double)hybrid), HIDDEN_MOST);
    return widest * sqrt(2.0) / (1.0 - sqrt(1.0 - 2.0 * each));
}
