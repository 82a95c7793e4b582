/*
 * Rounds: each asks for the pairs that all directions need next, in one batch, and then looks at
 * each pool, the directions of one kind over one range, whose roughness is taken to be the same.
 *
 * Two pairs a direction are enough where four or more directions are pooled, three otherwise; from
 * there a pool goes on to shorter steps as long as roughness, not noise, makes its bars.
 */
#include "direction.h"

#include "roughness.h"
#include "walk.h"

#include <float.h>
#include <math.h>

enum {
    TOGETHER = 64,   /* directions that are measured at once; more are done one lot after another */
    POOL_MOST = 8,   /* a kink that one direction meets must not be lost among too many others */
    POOL_ENOUGH = 4, /* directions whose two pairs are enough to know the roughness: 8 numbers */
    DESCENTS = 6     /* times that a pool goes on to shorter steps */
};

/* A pool goes on to shorter steps where the bar's share by roughness is this many times that by
 * noise: at four times it was noise that looked like roughness as often as not. */
static const double ROUGH_ENOUGH = 6.0;
static const double DOWN_MOST = 1.0 / 16.0; /* by which factor */
static const double DOWN_LEAST = 0.5;
static const double KINKY = 0.3; /* even parts ask for this share of the slopes' roughness: kinks */
static const double NEGLIGIBLE = 0.25; /* of what the gradient may err: no bar need be narrower */

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

typedef struct lot {
    const ga_field *field;
    ga_walk walks[TOGETHER];
    size_t pool[TOGETHER]; /* of each: the first member of its pool */
    size_t count;
    int descents[TOGETHER]; /* of the pool that begins there, */
    int skipped[TOGETHER];  /* and pairs of it that are too long to say anything */
    ga_request requests[TOGETHER * GA_WALK_AHEAD * 2];
} lot;

/* Evaluate all that is asked for. 0: the budget is spent. */
static int run_round(lot *l)
{
    size_t count = 0;
    for (size_t i = 0; i < l->count; i++) {
        const ga_walk *w = &l->walks[i];
        for (int k = 0; k < w->asked; k++) {
            l->requests[count++] = (ga_request){.course = w->out->course, .t = w->ask[k]};
            l->requests[count++] = (ga_request){.course = w->out->course, .t = -w->ask[k]};
        }
    }
    const int go_on = l->field->evaluate(l->field->context, l->requests, count);
    count = 0;
    for (size_t i = 0; i < l->count; i++) {
        ga_walk *w = &l->walks[i];
        const size_t answers = 2 * (size_t)w->asked;
        if (answers > 0) {
            ga_walk_take(w, l->field, &l->requests[count]);
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
        if (l->pool[i] == first && l->walks[i].out->pairs >= l->walks[i].wanted) {
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
        /* who could not follow to shorter steps is judged by what its own showed */
        const int behind = directions[i]->pairs < *skipped + 2;
        const int level = behind ? directions[i]->pairs - 2 : *skipped;
        const ga_roughness own = ga_roughness_of(&directions[i], 1, level, noise);
        const double sigma =
            behind ? ga_roughness_of(directions, count, level, noise).sigma : pooled->sigma;
        *d = *directions[i];
        d->step = d->h[d->pairs - 1];
        d->residual = d->residual_at[d->pairs - 1];
        d->noise = sigmas * noise / (sqrt(2.0) * d->step);
        d->roughness = sqrt(d->step / 6.0) * fmax(reach * sigma, REACH_ALONE * own.sigma);
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
        const ga_walk *w = &l->walks[members[i]];
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
    while (pairs < pairs_wanted(count) && from * GA_WALK_RATIO < 1.0 / sqrt(GA_WALK_RATIO)) {
        from *= GA_WALK_RATIO;
        pairs++;
    }
    for (size_t i = 0; i < count; i++) {
        ga_walk *w = &l->walks[members[i]];
        if (!w->over && !w->coarse) {
            ga_walk_ask(w, w->out->step * from, pairs);
        }
    }
}

/* Look at all pools none of whose members waits for answers. `deeper`: they may go on. */
static void look_at_pools(lot *l, int deeper)
{
    for (size_t first = 0; first < l->count; first++) {
        int waiting = l->pool[first] != first;
        for (size_t i = first; i < l->count && !waiting; i++) {
            waiting = l->pool[i] == first && l->walks[i].asked > 0;
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

/* Join directions to pools, and ask for their first pairs. */
static void open_pools(lot *l)
{
    size_t sizes[TOGETHER] = {0};
    for (size_t i = 0; i < l->count; i++) {
        size_t pool = 0;
        while (pool < i && (l->pool[pool] != pool || sizes[pool] == POOL_MOST ||
                            !same_pool(&l->walks[pool].out->course, &l->walks[i].out->course))) {
            pool++;
        }
        l->pool[i] = pool;
        sizes[pool]++;
    }
    for (size_t i = 0; i < l->count; i++) {
        ga_walk_open(&l->walks[i], l->field, pairs_wanted(sizes[l->pool[i]]));
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
        ga_walk_begin(&l.walks[i], field, &courses[i], &out[i]);
    }
    if (!spent) {
        open_pools(&l);
    }
    int go_on = !spent;
    while (go_on && is_asking(&l)) {
        go_on = run_round(&l);
        look_at_pools(&l, go_on);
    }
    for (size_t i = 0; i < count; i++) {
        ga_walk_end(&l.walks[i], field);
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
