/* See kink.h. */
#include "kink.h"

#include <math.h>

static const double BENT = 0.05;       /* of the even part: more than a fourth derivative does, */
static const double BENT_SIGMAS = 2.0; /* and more than noise */
static const double CLEARLY =
    1.5; /* beyond the usual bar: calling a kink stops the usual way down */
static const double SHARE =
    0.3; /* of the even part must be linear: less is no kink but curvature */
static const double SETTLED = 0.1;   /* a one-sided slope is known to a tenth of the jump */
static const double ONE_SIDED = 1.5; /* (f(x+h) - f(x))/h has sqrt 2 of noise/h; 1.5 is above it */
static const double DISTINCT = 1.2;  /* shorter ratios of steps say nothing about truncation */
static const double ASSURED = 3.0;   /* as for central slopes */

int ga_kink_shows(const ga_pairs *pairs, double noise)
{
    if (pairs->count < 2) {
        return 0;
    }
    const ga_pair *wide = pairs->pair + pairs->count - 2;
    const ga_pair *narrow = wide + 1;
    const double r = wide->h / narrow->h;
    const double linear = (r * r * narrow->even - wide->even) / (r - 1.0);
    const double bar = GA_SIGMAS * noise * ga_even_amplification(r) / (r - 1.0);
    return fabs(linear) > CLEARLY * bar && fabs(linear) > SHARE * fabs(wide->even) &&
           fabs(narrow->even) > 2.0 * GA_SIGMAS * noise;
}

static double widening(double narrow, double wide, double ratio, double noise_slope)
{
    const double truncation =
        ratio > DISTINCT ? fabs(narrow - wide) / fmin(ratio - 1.0, ASSURED) : 0.0;
    return ONE_SIDED * GA_SIGMAS * noise_slope + truncation;
}

ga_sides ga_kink_sides(const ga_pairs *pairs, double noise)
{
    const ga_pair *narrow = pairs->pair + pairs->count - 1;
    const ga_pair *wide = pairs->count > 1 ? narrow - 1 : narrow;
    const double ratio = wide->h / narrow->h;
    const double left = narrow->fall / narrow->h;
    const double right = narrow->rise / narrow->h;
    const double left_bar = widening(left, wide->fall / wide->h, ratio, noise / narrow->h);
    const double right_bar = widening(right, wide->rise / wide->h, ratio, noise / narrow->h);
    return (ga_sides){
        .left = left,
        .right = right,
        .low = fmin(left - left_bar, right - right_bar),
        .high = fmax(left + left_bar, right + right_bar),
        .settled = fmax(left_bar, right_bar) <= SETTLED * fabs(right - left),
    };
}

int ga_pairs_are_rough(const ga_pairs *pairs, double noise)
{
    for (int k = 0; k + 1 < pairs->count; k++) {
        const ga_pair *wide = pairs->pair + k;
        const ga_pair *narrow = wide + 1;
        const double r = wide->h / narrow->h;
        const double gap = fabs(wide->even - r * r * narrow->even);
        if (gap > BENT * fabs(wide->even) && gap > BENT_SIGMAS * noise * ga_even_amplification(r)) {
            return 1;
        }
    }
    return 0;
}
