/*
 * Before a FAIL: everything else that could make a right gradient look wrong.
 *
 * A FAIL accuses someone's code, and is rare; so each one asks all the doubts that apply, at up to
 * sixty evaluations. Most doubts exist because one kind of loss once fooled the stages before: the
 * name of that kind stands above each.
 */
#include "trial.h"

#include "kink.h"
#include "noise.h"
#include "step.h"

#include <math.h>
#include <stddef.h>

/* Noise tables that doubt the first one stand elsewhere: 0.37 of its spacing, in no simple ratio.
 */
static const double OTHER_SPACING = 0.37 * 0x1p-12;
static const double NEARER = 8.0; /* the nearer table ends where the wider one began */
enum {
    OTHER_TRIES = 2
};

static const double LARGER = 2.0;   /* noise beyond this multiple changes a verdict */
static const double CLEARLY = 1.5;  /* as on the way down */
static const double HALF = 0.5;     /* of the gap: an estimate this sharp may speak for g, */
static const double QUARTER = 0.25; /* when it lies this near */

enum {
    HALVINGS_MOST = 16
}; /* of the stretch between flat and moving steps */

/* The micro scale: a table at 4e-12 of the scale, slopes from there up in factors of 12. */
static const double MICRO = 0x1p-38;
static const double MICRO_QUIET = 20.0;  /* its noise must be this much less to say anything */
static const double MICRO_SIGMAS = 40.0; /* first step: noise is a fortieth of the gap */
static const double MICRO_RATIO = 12.0;
static const double MICRO_SLACK = 0.02; /* of the gap, for truncation */
static const double MICRO_APART = 0.1;
enum {
    MICRO_STEPS = 8,
    MICRO_SLOPES = 3
};

static ga_stage give_up(ga_trial *trial, ga_probe_reason reason)
{
    ga_probe *out = trial->out;
    out->uncertainty += ga_trial_gap(trial, out->value); /* either slope may be the one meant */
    out->resolution = out->uncertainty;
    return ga_trial_end(trial, GA_PROBE_INCONCLUSIVE, reason);
}

ga_stage ga_trial_hear_again(ga_trial *trial, double noise)
{
    if (trial->reheard) {
        trial->out->resolution = fmax(trial->out->resolution, trial->tolerance);
        return ga_trial_end(trial, GA_PROBE_INCONCLUSIVE, GA_NOISIER);
    }
    trial->heard = noise;
    return GA_STAGE_REHEAR;
}

/* An upper bound is no evidence of noise: only a level that stopped falling is. */
static double measured_noise(ga_trial *trial, double spacing, int tries)
{
    const ga_noise noise = ga_noise_along(&trial->watch, spacing, tries);
    return noise.kind == GA_NOISE_MEASURED ? noise.deviation : -1.0;
}

/*
 * Staircases: a table may see no noise by luck. A kink in its range looks like noise as well, but
 * not to another table so much nearer to x: only if both see it was the first table of the run
 * wrong.
 */
int ga_trial_noise_was_missed(ga_trial *trial)
{
    const double clean = ga_profile_clean(&trial->watch.values);
    if (trial->reheard || !(trial->noise <= clean)) {
        return 0;
    }
    const double spacing = OTHER_SPACING * trial->scale;
    const double wide = measured_noise(trial, spacing, OTHER_TRIES);
    if (!(wide > ga_profile_clean(&trial->watch.values))) {
        return 0;
    }
    const double near = measured_noise(trial, spacing / NEARER, 1);
    if (!(near > ga_profile_clean(&trial->watch.values))) {
        return 0;
    }
    trial->heard = fmax(wide, near);
    trial->out->lesson.noise = trial->heard;
    return 1;
}

/* Ripples, solvers: does g fit the slope at a larger scale? */
static int fits_larger_scale(const ga_trial *trial)
{
    const double gap = ga_trial_gap(trial, trial->out->value);
    const int comparable = fabs(trial->claim->analytic) > QUARTER * gap;
    if (trial->repeated || !(trial->relaxed || comparable)) {
        return 0;
    }
    for (int k = 0; k + 1 < trial->pairs.count; k++) {
        const ga_estimate made = ga_estimate_slope(&trial->pairs, k, k + 2, trial->noise);
        if (made.bar < HALF * gap && ga_trial_gap(trial, made.value) < QUARTER * gap) {
            return 1;
        }
    }
    return 0;
}

/*
 * Staircases again: flat at the shortest steps, moving at longer ones. If between the two the loss
 * nowhere changes by less than g predicts for the flat stretch, it jumps, and its slope at x is
 * neither 0 nor anything else.
 */
static int moves_in_steps(ga_trial *trial)
{
    const ga_pairs *pairs = &trial->pairs;
    int k = pairs->count - 1;
    if (!ga_pair_is_flat(pairs->pair + k) || ga_pair_is_flat(pairs->pair)) {
        return 0;
    }
    while (ga_pair_is_flat(pairs->pair + k - 1)) {
        k--;
    }
    const double side = pairs->pair[k - 1].rise != 0.0 ? 1.0 : -1.0;
    double still = pairs->pair[k].h;
    double gone = pairs->pair[k - 1].h;
    const double small = QUARTER * fabs(trial->claim->analytic) * still;

    trial->out->flat_step = still;
    trial->out->far_slope = pairs->pair[k - 1].slope;
    for (int i = 0; i < HALVINGS_MOST; i++) {
        const double middle = 0.5 * still + 0.5 * gone;
        const double move =
            fabs(ga_watch_value(&trial->watch, side * middle) - trial->watch.values.origin);
        if (move == 0.0) {
            still = middle;
        } else if (move < small) {
            trial->out->motion = GA_MOTION_CONTINUOUS;
            return 0;
        } else {
            gone = middle;
        }
    }
    trial->out->motion = GA_MOTION_JUMPS;
    return 1;
}

static ga_stage end_in_steps(ga_trial *trial)
{
    const double step = 0.5 * ga_pairs_least_move(&trial->pairs);
    const ga_estimate made = ga_estimate_slope(&trial->pairs, 0, trial->pairs.count,
                                               fmax(trial->noise, isfinite(step) ? step : 0.0));
    ga_trial_state(trial, &made, &trial->pairs);
    return ga_trial_end(trial, GA_PROBE_INCONCLUSIVE, GA_MOVES_IN_STEPS);
}

/* Slopes at micro scale: what they have in common with g, and with each other. */
typedef struct micro {
    int slopes;   /* exact zeros, too short a step to move f, count for one at most */
    int agreeing; /* with g */
    double low;   /* the slopes' bars have [high, low] in common if high <= low */
    double high;
} micro;

static micro measure_micro(ga_trial *trial, double noise)
{
    micro seen = {.low = (double)INFINITY, .high = -(double)INFINITY};
    const double g = trial->claim->analytic;
    const double value = trial->out->value;
    const double gap = fmin(ga_trial_gap(trial, value), fmax(fabs(g), fabs(value)));
    const double shortest = trial->pairs.pair[trial->pairs.count - 1].h;
    double h = fmax(MICRO_SIGMAS * GA_SIGMAS * noise / gap, trial->least);

    for (int i = 0; i < MICRO_STEPS && seen.slopes < MICRO_SLOPES && h < 0.5 * shortest; i++) {
        ga_pairs one = {.count = 0};
        const int measured = ga_pairs_add(&one, &trial->watch, h, NULL);
        const double slope = measured ? one.pair[0].slope : 0.0;
        if (measured && slope == 0.0 && seen.slopes == 0 && noise < QUARTER * gap * h) {
            seen.slopes = 1;
            seen.agreeing = fabs(g) <= trial->allowed + MICRO_SLACK * gap;
        } else if (slope != 0.0) {
            const double bar = GA_SIGMAS * noise / one.pair[0].h;
            seen.slopes++;
            seen.agreeing += fabs(slope - g) <= bar + trial->allowed + MICRO_SLACK * gap;
            seen.low = fmin(seen.low, slope + bar);
            seen.high = fmax(seen.high, slope - bar);
        }
        h *= MICRO_RATIO;
    }
    return seen;
}

/* Adaptive solvers and quadratures: smooth up close, where the noise table stood they are not. */
static ga_stage ask_micro(ga_trial *trial)
{
    const double rounding = ga_values_floor(&trial->watch.values);
    if (!(trial->noise > ga_profile_clean(&trial->watch.values))) {
        return GA_STAGE_DOUBT;
    }
    const double spacing = fmax(MICRO * trial->scale, trial->least / 4.0);
    const double noise = fmax(ga_noise_along(&trial->watch, spacing, 1).deviation, rounding);
    if (noise > trial->noise / MICRO_QUIET) {
        return GA_STAGE_DOUBT;
    }
    const micro seen = measure_micro(trial, noise);
    if (seen.slopes < 2) {
        return GA_STAGE_DOUBT;
    }
    if (seen.agreeing == seen.slopes) {
        return give_up(trial, GA_NEAR_AGREES);
    }
    const double slack =
        MICRO_APART * fmin(ga_trial_gap(trial, trial->out->value),
                           fmax(fabs(trial->claim->analytic), fabs(trial->out->value)));
    const double value = trial->out->value;
    const int same = value >= seen.high - slack && value <= seen.low + slack;
    return seen.high <= seen.low && !same ? give_up(trial, GA_SCALE_DEPENDENT) : GA_STAGE_DOUBT;
}

/* Sawteeth, uneven noise: is it as believed along this element, at the steps that exclude g? */
static ga_stage ask_noise(ga_trial *trial)
{
    const int count = trial->pairs.count;
    const double shortest = trial->pairs.pair[count - 1].h;
    const double noise = measured_noise(trial, shortest / 8.0, 1);
    if (!(noise > LARGER * trial->noise)) {
        return GA_STAGE_DOUBT;
    }
    const int first = trial->repeated || count <= 3 ? 0 : count - 3;
    const ga_estimate made = ga_estimate_slope(&trial->pairs, first, count, noise);
    const double gap = ga_trial_gap(trial, made.value);
    ga_trial_state(trial, &made, &trial->pairs);
    const int stands = trial->kinked ? ga_kink_shows(&trial->pairs, noise)
                                     : gap > CLEARLY * made.bar + trial->allowed;
    if (stands) {
        return GA_STAGE_DOUBT;
    }
    return ga_trial_hear_again(trial, noise);
}

ga_stage ga_trial_doubt(ga_trial *trial)
{
    if (ga_trial_noise_was_missed(trial)) {
        return GA_STAGE_REHEAR;
    }
    if (fits_larger_scale(trial)) {
        return give_up(trial, GA_FAR_AGREES);
    }
    if (moves_in_steps(trial)) {
        return end_in_steps(trial);
    }
    if (ask_micro(trial) == GA_STAGE_DONE) {
        return GA_STAGE_DONE;
    }
    const ga_stage next = ask_noise(trial);
    if (next != GA_STAGE_DOUBT) {
        return next;
    }
    if (trial->watch.evaluations >= trial->watch.most) { /* the last doubts went unanswered */
        return ga_trial_end(trial, GA_PROBE_INCONCLUSIVE, GA_UNREPEATABLE);
    }
    trial->out->resolution = trial->out->uncertainty;
    return ga_trial_end(trial, GA_PROBE_FAIL, trial->kinked ? GA_KINK_OUTSIDE : GA_DIFFERS);
}
