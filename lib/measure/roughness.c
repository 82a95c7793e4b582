/*
 * sigma is the value for which the squares of all disagreements, each over its variance, add up to
 * their number. Unlike the mean of single estimates that lets those count little that are mostly
 * noise; unlike a maximum of likelihood it is pulled up by a single square that is far too large.
 */
#include "roughness.h"

#include <math.h>

enum {
    HALVINGS = 60 /* of the interval of sigma^2: a few to find its order, the rest for its bits */
};

/*
 * Student's t at 1e-4 is 13, 7.1, 5.7 and 5.1 for 4, 8, 12 and 16 degrees of freedom. On networks
 * of rectifiers 10 was safe with 4 of them, and 5 with 16 (4 was not): 4 + 24/freedom is on the
 * safe side of both between them, and nothing below 6 was tried on other losses.
 */
static const double REACH_LEAST = 6.0;
static const double REACH_FOR_MANY = 4.0;
static const double REACH_FOR_FEW = 24.0;

/* c(h) - r^2 c(h/r) beyond this many standard deviations of its noise is no noise, */
static const double KINK_SIGMAS = 6.0;
/* and no fourth order if it is this share of c(h): steps are far too short for h^4 to be that. */
static const double KINK_SHARE = 0.1;

/* Squares are taken in a unit that neither noise nor the values overflow in. */
static const double LARGEST_SQUARE = 1e100;
static const double LEAST_NOISE = 1e-150;

enum {
    SLOPES = 1,
    EVENS = 2
};

/* A square whose expectation is sigma^2 rough + noise^2 noisy. */
typedef struct disagreement {
    double square;
    double rough, noisy;
} disagreement;

/* The pairs to compare: the last `window` of each direction. */
typedef struct selection {
    const ga_direction *const *directions;
    size_t count;
    int window;
    double unit, noise; /* noise in that unit */
} selection;

/* Of d(h), times h. */
static disagreement compare_slopes(const ga_direction *d, int longer, double unit)
{
    const double h = d->h[longer];
    const double r = h / d->h[longer + 1];
    const double gap = (d->residual_at[longer] - d->residual_at[longer + 1]) * h / unit;
    return (disagreement){
        .square = gap * gap,
        .rough = h * h * h * (1.0 - 1.0 / r) * (1.0 - 1.0 / r) / 6.0,
        .noisy = 0.5 * (1.0 + r * r),
    };
}

static disagreement compare_evens(const ga_direction *d, int longer, double unit)
{
    const double h = d->h[longer];
    const double r = h / d->h[longer + 1];
    const double gap = (d->even_at[longer] - r * r * d->even_at[longer + 1]) / unit;
    const double shared = 2.0 * (r * r - 1.0); /* both contain f(x) */
    return (disagreement){
        .square = gap * gap,
        .rough = h * h * h * (2.0 / 3.0) * (r - 1.0) * (r - 1.0) / r,
        .noisy = 2.0 + 2.0 * r * r * r * r + shared * shared,
    };
}

static int first_pair(const selection *s, const ga_direction *d)
{
    return d->pairs > s->window ? d->pairs - s->window : 0;
}

static double over_variance(const disagreement *gap, double sigma2, double noise)
{
    return gap->square / (sigma2 * gap->rough + noise * noise * gap->noisy);
}

/* The sum of squares over variances, less their number: falls with sigma. */
static double excess(const selection *s, int kinds, double sigma2)
{
    double sum = 0.0;
    for (size_t q = 0; q < s->count; q++) {
        const ga_direction *d = s->directions[q];
        for (int k = first_pair(s, d); k + 1 < d->pairs; k++) {
            if (kinds & SLOPES) {
                const disagreement gap = compare_slopes(d, k, s->unit);
                sum += over_variance(&gap, sigma2, s->noise) - 1.0;
            }
            if (kinds & EVENS) {
                const disagreement gap = compare_evens(d, k, s->unit);
                sum += over_variance(&gap, sigma2, s->noise) - 1.0;
            }
        }
    }
    return sum;
}

/* The largest sigma^2 that a single disagreement would ask for. */
static double upper_limit(const selection *s)
{
    double high = 0.0;
    for (size_t q = 0; q < s->count; q++) {
        const ga_direction *d = s->directions[q];
        for (int k = first_pair(s, d); k + 1 < d->pairs; k++) {
            const disagreement slopes = compare_slopes(d, k, s->unit);
            const disagreement evens = compare_evens(d, k, s->unit);
            high = fmax(high, fmax(slopes.square / slopes.rough, evens.square / evens.rough));
        }
    }
    return high;
}

static double solve(const selection *s, int kinds)
{
    if (!(excess(s, kinds, 0.0) > 0.0)) {
        return 0.0;
    }
    double low = 0.0;
    double high = upper_limit(s);
    for (int i = 0; i < HALVINGS; i++) {
        const double middle = low > 0.0 ? sqrt(low) * sqrt(high) : 1e-6 * high;
        if (excess(s, kinds, middle) > 0.0) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return sqrt(high) * s->unit;
}

ga_roughness ga_roughness_of(const ga_direction *const *directions, size_t count, int window,
                             double noise)
{
    selection s = {.directions = directions, .count = count, .window = window};
    ga_roughness out = {0};
    double largest = 0.0;
    for (size_t q = 0; q < count; q++) {
        const ga_direction *d = directions[q];
        for (int k = first_pair(&s, d); k < d->pairs; k++) {
            largest = fmax(largest, fabs(d->residual_at[k]) * d->h[k]);
            largest = fmax(largest, fabs(d->even_at[k]));
        }
        const int used = d->pairs - first_pair(&s, d);
        out.freedom += used > 1 ? 2 * (used - 1) : 0;
    }
    s.unit = fmax(noise, largest / LARGEST_SQUARE);
    s.noise = fmax(noise / s.unit, LEAST_NOISE);
    out.sigma = solve(&s, SLOPES | EVENS);
    out.slopes = solve(&s, SLOPES);
    out.evens = solve(&s, EVENS);
    return out;
}

double ga_roughness_reach(int freedom)
{
    return freedom > 0 ? fmax(REACH_LEAST, REACH_FOR_MANY + REACH_FOR_FEW / freedom)
                       : (double)INFINITY;
}

int ga_roughness_shows_kinks(const ga_direction *direction, double noise)
{
    const int k = direction->pairs - 2;
    if (k < 0) {
        return 0;
    }
    const double r = direction->h[k] / direction->h[k + 1];
    const double gap = fabs(direction->even_at[k] - r * r * direction->even_at[k + 1]);
    const double size = fmax(fabs(direction->even_at[k]), r * r * fabs(direction->even_at[k + 1]));
    const disagreement unit = compare_evens(direction, k, 1.0);
    return gap > KINK_SIGMAS * noise * sqrt(unit.noisy) && gap > KINK_SHARE * size;
}
