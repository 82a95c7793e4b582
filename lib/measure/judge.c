/*
 * Given the pairs so far: agree, spend another pair where it would help most, or go down.
 *
 * Two things can be wrong with a bar. Truncation wants shorter steps, noise longer ones; a longer
 * one may also prove that truncation is of second order, which narrows the bar at once.
 */
#include "trial.h"

#include "kink.h"
#include "step.h"

#include <math.h>
#include <stddef.h>

enum {
    PAIRS_USUAL = 3,   /* pairs for an element that agrees to the resolution asked for, */
    PAIRS_PATIENT = 5, /* and for one that does not yet; 5 for all costs 1.3 evaluations each */
    PAIRS_MORE = 4,    /* after the noise turned out to be less */
    DOWNS_MOST = 3,
    UPS_MOST = 3
};

/* A bar of 1e-6 of the slope, or 1e-9 of |f''| s at a stationary point, is not worth another pair.
 */
static const double GOOD = 1e-6;
static const double GOOD_BEND = 1e-9;

static const double SUSPECT = 0.5; /* of the bar: a gap of two deviations deserves a closer look */
static const double WORTH = 10.0;  /* truncation above 10 rtol is worth the patient number */
static const double NO_BETTER = 0.7;  /* a shorter step that leaves this much was no help */
static const double DOWN_LEAST = 2.5; /* ratio of successive steps, from cbrt(truncation/noise), */
static const double DOWN_MOST = 10.0; /* which would balance the two */
static const double DOWN_TWICE = 4.0; /* a longer way down takes two pairs, to stay comparable */
static const double UP = 2.5;
static const double UP_FAR = 5.0; /* when the bar is nothing but noise */
static const double ALL_NOISE = 30.0;
static const double UP_LEAST = 1.5;  /* a last step to the longest must be worth it */
static const double EDGE = 0.25;     /* stay this far from a step that was not finite */
static const double PARABOLIC = 0.3; /* as in estimate.c: the even parts fit one parabola */
static const double CERTAIN = 10.0;  /* standard deviations, or it is noise that falls so */
static const double MOSTLY = 0.3;    /* share of the bar that noise must have to ask about it */

/*
 * |f''| s by the even part of the longest trusted pair; 0 if that is no parabola. At a minimum of
 * higher order the even part falls faster than h^2: then it is what f'' amounts to over that pair.
 */
static double measure_bend(const ga_trial *trial)
{
    const ga_pair *wide = trial->pairs.pair + trial->first;
    const ga_pair *narrow = wide + 1;
    const double r = wide->h / narrow->h;
    const double gap = fabs(wide->even - r * r * narrow->even);
    const int falls = gap < fabs(wide->even) &&
                      fabs(wide->even) > CERTAIN * trial->noise * ga_even_amplification(r);
    if (!(gap <= PARABOLIC * fabs(wide->even)) && !falls) {
        return 0.0;
    }
    const double bend = fabs(wide->even) / wide->h * (trial->scale / wide->h);
    return isfinite(bend) ? bend : 0.0;
}

static int pairs_allowed(const ga_trial *trial)
{
    const ga_estimate *made = &trial->estimate;
    const double relative = trial->claim->rtol * fabs(trial->claim->analytic);
    const int truncated = made->truncation > made->noise && made->bar > WORTH * relative;
    const int suspect = ga_trial_gap(trial, made->value) > SUSPECT * made->bar + trial->allowed;
    if (trial->patient) {
        return trial->pairs_most;
    }
    return ga_trial_acceptable(trial, made->bar) && !truncated && !suspect ? PAIRS_USUAL
                                                                           : PAIRS_PATIENT;
}

/* A shorter step, against truncation; 0 if noise would eat what it gains. */
static int go_down(ga_trial *trial)
{
    const ga_estimate *made = &trial->estimate;
    const double balance = cbrt(made->truncation / fmax(made->noise, 1e-300)); /* never 0/0 */
    const double ratio = fmin(fmax(balance, DOWN_LEAST), DOWN_MOST);
    double h = trial->pairs.pair[trial->pairs.count - 1].h / ratio;

    if (!(made->noise < made->truncation) || trial->downs >= DOWNS_MOST) {
        return 0;
    }
    if (2.0 * GA_SIGMAS * trial->noise / h > made->bar || h < trial->least) {
        return 0;
    }
    trial->downs++;
    trial->bar_before = made->bar;
    if (ratio > DOWN_TWICE && h / DOWN_LEAST > trial->least) {
        if (!ga_pairs_add(&trial->pairs, &trial->watch, h, NULL)) {
            return 0;
        }
        h /= DOWN_LEAST;
    }
    return ga_pairs_add(&trial->pairs, &trial->watch, h, NULL);
}

/* A longer step, against noise, or to prove the order of the truncation. */
static int go_up(ga_trial *trial)
{
    const ga_estimate *made = &trial->estimate;
    const double longest = trial->pairs.pair[0].h;
    double h = longest * (made->noise > ALL_NOISE * made->truncation ? UP_FAR : UP);

    if (trial->ups >= UPS_MOST || trial->first != 0) {
        return 0;
    }
    trial->ups += made->noise >= made->truncation ? 1 : 2;
    trial->bar_before = (double)INFINITY;
    if (h > trial->longest) {
        h = trial->longest;
        if (longest * UP_LEAST >= h) {
            return 0;
        }
    }
    if (!ga_pairs_add(&trial->pairs, &trial->watch, h, NULL)) {
        trial->edge = 1;
        trial->longest = EDGE * h;
        return trial->watch.evaluations < trial->watch.most; /* shorter ones may still do */
    }
    return 1;
}

static int improve(ga_trial *trial)
{
    const double size = fabs(trial->claim->analytic);
    const double good = fmax(fmax(GOOD * size, GOOD_BEND * trial->bend), trial->claim->rounding);

    trial->pairs_most = pairs_allowed(trial);
    if (trial->estimate.bar > NO_BETTER * trial->bar_before) {
        trial->downs = DOWNS_MOST; /* it was noise after all */
    }
    if (trial->pairs.count >= trial->pairs_most || !(trial->estimate.bar > good)) {
        return 0;
    }
    return go_down(trial) || go_up(trial);
}

ga_stage ga_trial_judge(ga_trial *trial)
{
    for (;;) {
        ga_estimate *made = &trial->estimate;
        *made = ga_estimate_slope(&trial->pairs, trial->first, trial->pairs.count, trial->noise);
        ga_trial_weigh(trial, measure_bend(trial));
        ga_trial_state(trial, made, &trial->pairs);

        const double gap = ga_trial_gap(trial, made->value);
        const int kink = ga_kink_shows(&trial->pairs, trial->noise);
        if (!kink && gap + made->bar <= trial->allowed) {
            return ga_trial_pass(trial, GA_AGREES);
        }
        if (kink || !(gap <= made->bar + trial->allowed) || !isfinite(made->bar)) {
            return GA_STAGE_DESCEND;
        }
        if (improve(trial)) {
            continue;
        }
        const int acceptable = ga_trial_acceptable(trial, made->bar);
        const double shortest = trial->pairs.pair[trial->pairs.count - 1].h;
        if (!acceptable && !trial->relaxed && made->noise > MOSTLY * made->bar &&
            ga_trial_relax(trial, shortest)) {
            trial->patient = 1;
            trial->pairs_most = trial->pairs.count + PAIRS_MORE;
            trial->downs = 0;
            trial->bar_before = (double)INFINITY;
            continue;
        }
        if (!acceptable) {
            return ga_trial_leave_open(trial, GA_BAR_TOO_WIDE);
        }
        return ga_trial_pass(trial, trial->first > 0 ? GA_AGREES_NEAR : GA_AGREES_RESOLVED);
    }
}
