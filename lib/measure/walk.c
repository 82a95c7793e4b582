/*
 * Steps are capped by what the gradient predicts, and taken back when the loss does more than that:
 * a gradient that is wildly wrong predicts nothing.
 */
#include "walk.h"

#include "hash.h"
#include "roughness.h"

#include <float.h>
#include <math.h>

const double GA_WALK_RATIO = 2.0;

enum {
    RETREATS = 4 /* times that values may be of no use */
};

/* The first step: roughness and noise balance near (noise/slope)^(1/3) where the third derivative
 * is ten times the slope; where slope/loss is large, its square says how many times. */
static const double PULLED = 0.1;
static const double STEP_MOST = 0.1;    /* a relative change of the elements by more is none at x */
static const double STEP_SHORT = 1e-7;  /* what noise asks for, if a loss of 0 seems to have none */
static const double STEP_LEAST = 1e-12; /* x + t v is its own rounding below */
static const double JITTER = 0.2;

/* The gradient must not predict a change beyond this share of the loss: along sign(g) all elements
 * pull together, and logits saturate. Nor may the loss change by more than WILD in fact. */
static const double COHERENT = 0.05;
static const double WILD = 0.5;
static const double NOISES_OF_A_LOSS = 1e4; /* what counts as the size of a loss that is 0 at x */
static const double SOMEWHERE = 0.01;       /* share of G that any part is taken to have */

/* Of the step, after values that are not finite; and the least that a retreat must do. */
static const double RETREAT = 1.0 / 30.0;
static const double RETREAT_LEAST = 0.5;

/* Elements that are floats are not moved by t v exactly. Even parts feel that by the same share of
 * themselves: once it is more than their noise it looks like kinks, and is worse at shorter steps;
 * and shares of single elements mean nothing any more when it is much of the displacement. */
static const double COARSE = 0.03;
static const double COARSE_NOISES = 3.0;
static const double COARSE_FROM = 1e-7; /* doubles at sensible steps are moved as they should be */

static const double ROOM_WANTED = 0.25; /* of the step: bounds limit the bar if there was less */

static double size_of_loss(const ga_profile *profile)
{
    const double seen = fmax(fabs(profile->values.origin), profile->values.largest);
    return fmax(seen, NOISES_OF_A_LOSS * profile->noise);
}

static double opening_step(const ga_walk *walk, const ga_field *field)
{
    const ga_profile *const profile = field->profile;
    const ga_prospect *const p = &walk->out->prospect;
    const double loss = size_of_loss(profile);
    double slope = fmax(fabs(p->claimed), fmax(p->size, SOMEWHERE * field->size));
    if (!(slope > 0.0)) {
        slope = loss;
    }
    const double pull = slope / loss;
    double h = cbrt(profile->noise / (slope * (1.0 + pull * pull * PULLED)));
    h = fmin(fmax(h, STEP_SHORT), STEP_MOST);
    if (fabs(p->claimed) * h > COHERENT * loss) {
        h = COHERENT * loss / fabs(p->claimed);
    }
    const uint64_t bits = ga_hash(profile->seed, walk->stream, GA_FOR_COURSE, 0);
    return fmax(h, STEP_LEAST) * (1.0 + JITTER * (2.0 * ga_hash_uniform(bits) - 1.0));
}

void ga_walk_begin(ga_walk *walk, const ga_field *field, const ga_course *course, ga_direction *out)
{
    const uint64_t name = ((uint64_t)course->number << 1) | (course->kind == GA_SWEEP_SIGN);
    *out = (ga_direction){
        .course = *course,
        .residual = (double)NAN,
        .bar = (double)INFINITY,
        .limit = GA_DIRECTION_DOMAIN,
    };
    *walk = (ga_walk){
        .out = out,
        .stream = ga_hash(course->first, course->end, GA_FOR_COURSE, name),
    };
    field->look_ahead(field->context, course, &out->prospect);
    out->allowed = out->prospect.rounding;
}

void ga_walk_open(ga_walk *walk, const ga_field *field, int wanted)
{
    const double room = walk->out->prospect.room;
    walk->open = opening_step(walk, field);
    walk->wanted = wanted;
    walk->over = !(room >= STEP_LEAST);
    if (!walk->over) {
        ga_walk_ask(walk, fmin(walk->open, room), wanted);
    }
}

void ga_walk_ask(ga_walk *walk, double h, int pairs)
{
    walk->asked = 0;
    for (int k = 0; k < pairs && walk->out->pairs + walk->asked < GA_DIRECTION_PAIRS; k++) {
        if (h >= 0.25 * STEP_LEAST) {
            walk->ask[walk->asked++] = h;
        }
        h /= GA_WALK_RATIO;
    }
    walk->over |= walk->asked == 0;
}

static void add_pair(ga_walk *walk, const ga_profile *profile, double h, const ga_request *sides)
{
    const double origin = profile->values.origin;
    ga_direction *const d = walk->out;
    const double rise = (sides[0].value - origin) - sides[0].predicted;
    const double fall = (sides[1].value - origin) - sides[1].predicted;
    d->h[d->pairs] = h;
    d->residual_at[d->pairs] = 0.5 * (rise / h - fall / h);
    d->even_at[d->pairs] = rise + fall;
    d->pairs++;
    walk->moved |= sides[0].value != origin || sides[1].value != origin;
    if (d->prospect.size > 0.0) {
        const double rounding = fabs(sides[0].predicted - h * d->prospect.claimed);
        const double share = rounding / (h * d->prospect.size);
        walk->coarse |= share > COARSE;
        walk->coarse |=
            share > COARSE_FROM && share * fabs(rise + fall) > COARSE_NOISES * profile->noise;
    }
}

/* How much shorter steps must be for a pair like this to be of use; 1: it is. */
static double judge_pair(const ga_walk *walk, const ga_profile *profile, const ga_request *sides)
{
    const double origin = profile->values.origin;
    const double most = size_of_loss(profile);
    const double change = fmax(fabs(sides[0].value - origin), fabs(sides[1].value - origin));
    if (!isfinite(sides[0].value - sides[0].predicted) ||
        !isfinite(sides[1].value - sides[1].predicted)) {
        return RETREAT;
    }
    if (change > WILD * most && walk->retreats < RETREATS) {
        return fmin(RETREAT_LEAST, fmax(RETREAT, COHERENT * most / change));
    }
    return 1.0;
}

void ga_walk_take(ga_walk *walk, const ga_field *field, const ga_request *answers)
{
    ga_direction *const d = walk->out;
    const int descending = d->pairs >= walk->wanted;
    const double last = walk->ask[walk->asked - 1];
    double shorter = 1.0; /* of the last pair: longer ones may be left out */
    for (int k = 0; k < walk->asked; k++) {
        shorter = judge_pair(walk, field->profile, &answers[2 * k]);
        if (shorter >= 1.0) {
            add_pair(walk, field->profile, walk->ask[k], &answers[2 * k]);
        }
    }
    d->evaluations += 2 * walk->asked;
    walk->asked = 0;
    if (shorter < 1.0 && descending) {
        walk->over = 1; /* what there is stands */
    } else if (shorter < 1.0) {
        d->pairs = 0;
        walk->over = ++walk->retreats > RETREATS;
        if (!walk->over) {
            ga_walk_ask(walk, last * shorter, walk->wanted);
        }
    } else if (d->pairs < walk->wanted) {
        walk->retreats++;
        ga_walk_ask(walk, last / GA_WALK_RATIO, walk->wanted - d->pairs);
    }
}

void ga_walk_end(ga_walk *walk, const ga_field *field)
{
    ga_direction *const d = walk->out;
    d->flat = d->evaluations > 0 && !walk->moved;
    if (!(d->bar <= DBL_MAX)) {
        d->limit = GA_DIRECTION_DOMAIN;
        return;
    }
    d->kinked = ga_roughness_shows_kinks(d, field->profile->noise);
    if (d->allowed > d->bar) {
        d->limit = GA_DIRECTION_CLAIM;
    } else if (d->roughness > d->noise) {
        d->limit = GA_DIRECTION_ROUGH;
    } else if (d->prospect.room < ROOM_WANTED * walk->open) {
        d->limit = GA_DIRECTION_DOMAIN;
    } else {
        d->limit = GA_DIRECTION_NOISE;
    }
}
