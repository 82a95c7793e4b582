/*
 * Jumps: a loss that is another one a hair's breadth away from x. On one side, or both, it differs
 * from f(x) by an amount that does not shrink with the step: a threshold that x happens to meet, a
 * counter that rolls over, an element left out on the boundary.
 *
 * Three decades of steps, from the shortest that is worth taking, are asked for the value that each
 * side tends to. Two neighbouring steps extrapolate to it, so that a slope does no harm. A kink and
 * a pole tend to f(x); roots and logarithms tend to it slowly, but never equally at each decade;
 * a steep sigmoid has a width, which shows unless it is below the shortest step. Noise is ruled out
 * by its size, and by f(x) and both sides being the same when they are evaluated again.
 */
#include "trial.h"

#include "step.h"

#include <float.h>
#include <math.h>

enum {
    DECADES = 3
};
static const double DECADE = 10.0;

/* The extrapolated values of three decades agree to this: |x|^0.01 fails, and what passes moves by
 * less than a seventh in all the steps that are left to any optimiser. */
static const double SAME = 0.02;

static const double QUANTA = 64.0; /* a jump is larger than rounding, as a plateau is */
static const double NOISES = 20.0; /* and than noise */

/* Half a step halves the move of a slope. */
static const double LASTING = 0.6;

/* The least coordinate beside 0 that a step is taken to, in scales: 1e-30 would do as well. */
static const double LEAST_AT_ZERO = 0x1p-60;

static double size_of_rounding(const ga_trial *trial)
{
    const double f = fmax(1.0, trial->watch.values.largest); /* differences of numbers of order 1 */
    const double unit = 2.0 * ga_values_unit(&trial->watch.values);
    return fmax(QUANTA * unit * f, NOISES * trial->noise);
}

/* f(x + side h) - f(x), and the step that was taken; NaN without room. */
static double move(ga_trial *trial, int side, double h, double *taken)
{
    *taken = ga_step_exact_aside(trial->watch.line, side, h);
    return *taken > 0.0 ? ga_watch_value(&trial->watch, side * *taken) - trial->watch.values.origin
                        : (double)NAN;
}

/* What one side tends to; 0 if it tends to f(x), or to nothing in particular. */
static double limit_of(ga_trial *trial, int side, double least, double matters)
{
    double h = 0.0;
    double before = move(trial, side, least, &h);
    const double first = before;
    double limit = 0.0;
    if (!(fabs(before) >= matters) || isinf(before)) {
        return 0.0; /* as nearly always, and known for one evaluation */
    }
    for (int k = 0; k < DECADES; k++) {
        double wide = 0.0;
        const double here = move(trial, side, DECADE * h, &wide);
        const double ratio = wide / h;
        const double tends = (ratio * before - here) / (ratio - 1.0);
        if (!(fabs(tends - first) <= SAME * fabs(first))) { /* NaN is no agreement */
            return 0.0;
        }
        limit = k == 0 ? tends : limit;
        before = here;
        h = wide;
    }
    return move(trial, side, least, &h) == first ? limit : 0.0;
}

/* What has been measured already must look like it: on some side the two shortest steps moved the
 * loss by nearly the same. */
static int may_jump(const ga_trial *trial, double matters)
{
    const int count = trial->pairs.count;
    const ga_pair *const near = trial->pairs.pair + count - 1;
    const ga_pair *const next = count > 1 ? near - 1 : near;
    return count == 0 ||
           (fabs(near->rise) >= matters && fabs(near->rise) >= LASTING * fabs(next->rise)) ||
           (fabs(near->fall) >= matters && fabs(near->fall) >= LASTING * fabs(next->fall));
}

int ga_trial_seek_jump(ga_trial *trial)
{
    const ga_line *const line = trial->watch.line;
    const double least =
        fmax(ga_step_least(line), line->at == 0.0 ? LEAST_AT_ZERO * trial->scale : 0.0);
    const double matters = size_of_rounding(trial);
    if (!may_jump(trial, matters)) {
        return 0;
    }
    const double left = limit_of(trial, -1, least, matters);
    const double right = limit_of(trial, 1, least, matters);
    if ((left == 0.0 && right == 0.0) ||
        ga_watch_value(&trial->watch, 0.0) != trial->watch.values.origin) {
        return 0;
    }
    trial->out->jump = fabs(right - left) > fmax(fabs(left), fabs(right))
                           ? right - left /* the value at x lies between the two */
                       : fabs(right) >= fabs(left) ? right
                                                   : -left;
    return 1;
}
