/*
 * Losses with fine structure: ripples, adaptive solvers and quadratures. At the scale of the noise
 * table they look noisy, up close they are smooth, and the two scales may have different slopes.
 * Both are slopes of the loss; neither may prove the other wrong.
 */
#include "trial.h"

#include "noise.h"

#include <math.h>
#include <stddef.h>

static const double QUIET = 20.0;  /* noise up close must be this much less to say anything */
static const double FIRST = 160.0; /* first step: 4 deviations of the noise are 1/40 of the gap */
static const double RATIO = 12.0;  /* of the steps upwards */
static const double SLACK = 0.02;  /* of the gap, for truncation */
static const double LUCKY = 3.0; /* a second table this much noisier: the first was calm by luck */
static const double APART = 0.1; /* of the gap: slopes this far from the measured one are others */
static const double QUARTER = 0.25;
static const double SHARP =
    8.0; /* a look before a PASS: its bar is an eighth of what could matter */

enum {
    STEPS = 8,
    SLOPES = 3
};

ga_stage ga_trial_give_up(ga_trial *trial, ga_probe_reason reason)
{
    ga_probe *out = trial->out;
    out->uncertainty += ga_trial_gap(trial, out->value); /* either slope may be the one meant */
    out->resolution = out->uncertainty;
    return ga_trial_end(trial, GA_PROBE_INCONCLUSIVE, reason);
}

/* Slopes up close: what they have in common with g, and with each other. */
typedef struct micro {
    int slopes;   /* exact zeros, too short a step to move f, count for one at most */
    int agreeing; /* with g */
    double low;   /* the slopes' bars have [high, low] in common if high <= low */
    double high;
} micro;

static double shortest_of(const ga_trial *trial)
{
    return trial->pairs.pair[trial->pairs.count - 1].h;
}

static micro measure_micro(ga_trial *trial, double noise, double gap)
{
    micro seen = {.low = (double)INFINITY, .high = -(double)INFINITY};
    const double g = trial->claim->analytic;
    double h = fmax(FIRST * noise / gap, trial->least);

    for (int i = 0; i < STEPS && seen.slopes < SLOPES && h < 0.5 * shortest_of(trial); i++) {
        ga_pairs one = {.count = 0};
        const int measured = ga_pairs_add(&one, &trial->watch, h, NULL);
        const double slope = measured ? one.pair[0].slope : 0.0;
        if (measured && slope == 0.0 && seen.slopes == 0 && noise < QUARTER * gap * h) {
            seen.slopes = 1;
            seen.agreeing = fabs(g) <= trial->allowed + SLACK * gap;
        } else if (slope != 0.0) {
            const double bar = GA_SIGMAS * noise / one.pair[0].h;
            seen.slopes++;
            seen.agreeing += fabs(slope - g) <= bar + trial->allowed + SLACK * gap;
            seen.low = fmin(seen.low, slope + bar);
            seen.high = fmax(seen.high, slope - bar);
        }
        h *= RATIO;
    }
    return seen;
}

ga_stage ga_trial_ask_micro(ga_trial *trial)
{
    const double rounding = ga_values_floor(&trial->watch.values);
    const double value = trial->out->value;
    const double size = fmax(fabs(trial->claim->analytic), fabs(value));
    const double gap = fmin(ga_trial_gap(trial, value), size);

    if (!(trial->noise > ga_profile_clean(&trial->watch.values))) {
        return GA_STAGE_DOUBT;
    }
    const double spacing = ga_noise_micro(trial->watch.line);
    const double noise = fmax(ga_noise_along(&trial->watch, spacing, 1).deviation, rounding);
    if (noise > trial->noise / QUIET) {
        return GA_STAGE_DOUBT;
    }
    const micro seen = measure_micro(trial, noise, gap);
    if (seen.slopes < 2) {
        return GA_STAGE_DOUBT;
    }
    if (seen.agreeing == seen.slopes) {
        return ga_trial_give_up(trial, GA_NEAR_AGREES);
    }
    const int same = value >= seen.high - APART * gap && value <= seen.low + APART * gap;
    return seen.high <= seen.low && !same ? ga_trial_give_up(trial, GA_SCALE_DEPENDENT)
                                          : GA_STAGE_DOUBT;
}

/*
 * Does the slope up close contradict what is about to pass? One pair, on losses with fine structure
 * only. An exact 0 is a step of a staircase and says nothing.
 */
static int contradicted(ga_trial *trial)
{
    const double quiet = trial->profile->quiet;
    const double matters = trial->out->uncertainty + trial->allowed;
    if (!(quiet >= 0.0 && quiet * QUIET < trial->noise)) {
        return 0;
    }
    const double h = fmax(SHARP * GA_SIGMAS * quiet / matters, trial->least);
    if (!(h < QUARTER * shortest_of(trial))) {
        return 0;
    }
    ga_pairs one = {.count = 0};
    if (!ga_pairs_add(&one, &trial->watch, h, NULL) || one.pair[0].slope == 0.0) {
        return 0;
    }
    const double bar = GA_SIGMAS * quiet / one.pair[0].h;
    const double gap = ga_trial_gap(trial, one.pair[0].slope);
    if (gap <= bar + matters) {
        return 0;
    }
    trial->out->uncertainty = fmax(trial->out->uncertainty, gap);
    return 1;
}

/*
 * Longer steps excluded g, shorter ones agree, and all that makes these precise is one calm table.
 * One in a hundred is calm by luck, on a staircase; so this news is heard twice.
 */
static int was_calm_by_luck(ga_trial *trial)
{
    const double shortest = trial->pairs.pair[trial->pairs.count - 1].h;
    return ga_noise_along(&trial->watch, shortest / 8.0, 1).deviation > LUCKY * trial->noise;
}

ga_stage ga_trial_pass(ga_trial *trial, ga_probe_reason reason)
{
    if (reason == GA_AGREES_NEAR && trial->relaxed && was_calm_by_luck(trial)) {
        return ga_trial_leave_open(trial, GA_NOISIER);
    }
    return contradicted(trial) ? ga_trial_give_up(trial, GA_SCALE_DEPENDENT)
                               : ga_trial_end(trial, GA_PROBE_PASS, reason);
}
