/* Pairs and the slope they add up to; see estimate.h. */
#include "estimate.h"

#include "step.h"

#include <math.h>
#include <stddef.h>

const double GA_SIGMAS = 4.0;

static const double DISTINCT = 1.3; /* steps nearer than this ratio tell nothing about each other */
static const double ASSURED = 3.0;  /* a wider ratio than 1:4 does not make truncation surer */
static const double PARABOLIC =
    0.3;                           /* two measures of f''' within this: the error is second order */
static const double CAUTION = 1.5; /* on the difference of two extrapolated values */

/*
 * The even parts' disagreement c_b - r^2 c_s is a standard deviation of what second order leaves
 * unexplained; 0.7 is the median of |normal| with a little off, so half of all elements report
 * less.
 */
static const double WITNESS = 0.7;

double ga_even_amplification(double ratio)
{
    const double r2 = ratio * ratio;
    return sqrt(2.0 + 2.0 * r2 * r2 + (2.0 * r2 - 2.0) * (2.0 * r2 - 2.0));
}

/* The parabola through (-down, f-), (0, f0), (up, f+): Numerical Recipes' formula when up == down.
 */
static int measure_pair(ga_watch *watch, double h, ga_pair *out)
{
    const ga_step step = ga_step_exact(watch->line, h);
    if (!(step.up > 0.0)) {
        return 0;
    }
    const double origin = watch->values.origin;
    const double rise = ga_watch_value(watch, step.up) - origin;
    const double fall = origin - ga_watch_value(watch, -step.down);
    const double lean = step.down / step.up; /* 1, or 1 +- 1e-7 for floats */
    const double width = 0.5 * step.up + 0.5 * step.down;
    *out = (ga_pair){
        .h = width,
        .rise = rise,
        .fall = fall,
        .slope = (lean * rise + fall / lean) / width / 2.0,
        .even = (rise * step.down - fall * step.up) / width,
    };
    if (step.up == step.down) {
        out->even = rise - fall; /* the same, without a product that could overflow */
    }
    return isfinite(out->slope) && isfinite(out->even);
}

int ga_pairs_add(ga_pairs *pairs, ga_watch *watch, double h, int *place)
{
    ga_pair fresh;
    if (pairs->count >= GA_PAIRS_MOST || !measure_pair(watch, h, &fresh)) {
        return 0;
    }
    int i = pairs->count;
    for (; i > 0 && pairs->pair[i - 1].h < fresh.h; i--) {
        pairs->pair[i] = pairs->pair[i - 1];
    }
    pairs->pair[i] = fresh;
    pairs->count++;
    if (place) {
        *place = i;
    }
    return 1;
}

int ga_pair_is_flat(const ga_pair *pair)
{
    return pair->rise == 0.0 && pair->fall == 0.0;
}

double ga_pairs_least_move(const ga_pairs *pairs)
{
    double least = (double)INFINITY;
    for (int i = 0; i < pairs->count; i++) {
        const double sides[2] = {fabs(pairs->pair[i].rise), fabs(pairs->pair[i].fall)};
        for (int k = 0; k < 2; k++) {
            if (sides[k] > 0.0 && sides[k] < least) {
                least = sides[k];
            }
        }
    }
    return least;
}

/*
 * Does the slope's error shrink as h^2? Two successive differences of d must then stand in the
 * ratio of the differences of h^2, up to their noise.
 */
static int is_second_order(const ga_pair *wide, const ga_pair *middle, const ga_pair *narrow,
                           double noise)
{
    const double above = wide->h / middle->h;
    const double below = middle->h / narrow->h;
    const double share = (above * above - 1.0) / (1.0 - 1.0 / (below * below));
    const double seen = wide->slope - middle->slope;
    const double predicted = (middle->slope - narrow->slope) * share;
    const double deviation =
        noise / middle->h *
        sqrt(1.0 / (above * above) + (1.0 + share) * (1.0 + share) + share * share * below * below);
    return fabs(seen - predicted) <= fmax(PARABOLIC * fabs(seen), 2.0 * deviation);
}

/* What noise in each value of the loss makes of Richardson's value. */
static double amplify(double noise, const ga_pair *wide, const ga_pair *narrow)
{
    const double r = wide->h / narrow->h;
    return noise / narrow->h * sqrt(0.5 * (r * r * r * r + 1.0 / (r * r))) / (r * r - 1.0);
}

/* d_s + (d_s - d_b)/(r^2 - 1): the error term in h^2 is gone. */
static double extrapolate(const ga_pair *wide, const ga_pair *narrow)
{
    const double r = wide->h / narrow->h;
    return narrow->slope - (wide->slope - narrow->slope) / (r * r - 1.0);
}

/* Bound on the truncation if nothing is known of its order. */
static double first_order_bound(const ga_pair *wide, const ga_pair *narrow)
{
    return fabs(wide->slope - narrow->slope) / fmin(wide->h / narrow->h - 1.0, ASSURED);
}

/*
 * What the even parts cannot explain by a second derivative: a kink between the steps, a fourth
 * order, or more noise than believed. It counts as truncation, whose cure is a shorter step.
 */
static double unexplained(const ga_pair *wide, const ga_pair *narrow, double noise)
{
    const double r = wide->h / narrow->h;
    const double local =
        WITNESS * fabs(wide->even - r * r * narrow->even) / ga_even_amplification(r);
    return GA_SIGMAS * amplify(fmax(0.0, local - noise), wide, narrow);
}

/* The estimate from pairs k and k + 1; `before` is the one from k - 1 and k, if there is one. */
static ga_estimate combine(const ga_pairs *pairs, int k, const ga_estimate *before, double noise)
{
    const ga_pair *wide = pairs->pair + k;
    const ga_pair *narrow = wide + 1;
    ga_estimate made = {.value = (double)NAN, .bar = (double)INFINITY, .at = k};

    if (!(wide->h >= DISTINCT * narrow->h)) {
        return made;
    }
    made.value = extrapolate(wide, narrow);
    made.noise = GA_SIGMAS * amplify(noise, wide, narrow);
    made.truncation = first_order_bound(wide, narrow);
    if (before && isfinite(before->value) && is_second_order(wide - 1, wide, narrow, noise)) {
        made.truncation = fmin(made.truncation, CAUTION * fabs(before->value - made.value));
    }
    made.truncation += unexplained(wide, narrow, noise);
    made.bar = made.noise + made.truncation;
    if (!(made.bar >= 0.0)) {
        made.bar = (double)INFINITY;
    }
    return made;
}

ga_estimate ga_estimate_slope(const ga_pairs *pairs, int first, int end, double noise)
{
    ga_estimate all[GA_PAIRS_MOST];
    ga_estimate best = {
        .value = (double)NAN, .bar = (double)INFINITY, .truncation = (double)INFINITY, .at = -1};

    for (int k = first; k + 1 < end; k++) {
        all[k] = combine(pairs, k, k > first ? all + k - 1 : NULL, noise);
        if (all[k].bar < best.bar) {
            best = all[k];
        }
    }
    /* The least of several bars is the luckiest: a neighbour that disagrees has a say. */
    const double own = best.bar;
    for (int j = best.at - 1; best.at >= 0 && j <= best.at + 1; j += 2) {
        if (j >= first && j + 1 < end && isfinite(all[j].bar)) {
            const double gap = fabs(all[j].value - best.value);
            if (gap > all[j].bar + own) {
                best.bar = fmax(best.bar, gap - all[j].bar);
            }
        }
    }
    return best;
}
