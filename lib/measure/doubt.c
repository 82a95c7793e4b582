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

/* Tables that doubt the run's first one stand elsewhere, in no simple ratio; */
static const double AMONG_KINKS =
    2.5; /* bars: of right ones accused without it, two thirds had less */
static const double OTHER_SPACING = 0.37 * 0x1p-12;
static const double NEARER = 32.0; /* a second one ends far inside of where that begins */
enum {
    OTHER_TRIES = 2
};

static const double LARGER = 2.0;   /* noise beyond this multiple changes a verdict */
static const double CLEARLY = 1.5;  /* as on the way down */
static const double HALF = 0.5;     /* of the gap: an estimate this sharp may speak for g, */
static const double QUARTER = 0.25; /* when it lies this near */

ga_stage ga_trial_hear_again(ga_trial *trial, double noise)
{
    if (trial->reheard) {
        trial->out->resolution = fmax(trial->out->resolution, trial->tolerance);
        return ga_trial_leave_open(trial, GA_NOISIER);
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
    const double size = fabs(trial->claim->analytic);
    return ga_trial_find_plateau(trial) &&
           ga_trial_follow_plateau(trial, QUARTER * size * trial->out->flat_step);
}

static ga_stage end_in_steps(ga_trial *trial)
{
    const double step = 0.5 * ga_pairs_least_move(&trial->pairs);
    const ga_estimate made = ga_estimate_slope(&trial->pairs, 0, trial->pairs.count,
                                               fmax(trial->noise, isfinite(step) ? step : 0.0));
    ga_trial_state(trial, &made, &trial->pairs);
    return ga_trial_leave_open(trial, GA_MOVES_IN_STEPS);
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

/*
 * A float loss that showed kinks along other elements has them here, too, closer than the shortest
 * step and below the rounding of the even parts: bars made of pairs do not see them. Only a gap of
 * many bars is believed then.
 */
static int hides_among_kinks(const ga_trial *trial)
{
    const double gap = ga_trial_gap(trial, trial->out->value);
    return trial->watch.values.single && trial->profile->kinks > 0 && !trial->kinked &&
           !(gap > AMONG_KINKS * trial->out->uncertainty + trial->allowed);
}

ga_stage ga_trial_doubt(ga_trial *trial)
{
    if (ga_trial_noise_was_missed(trial)) {
        return GA_STAGE_REHEAR;
    }
    if (fits_larger_scale(trial)) {
        return ga_trial_give_up(trial, GA_FAR_AGREES);
    }
    if (moves_in_steps(trial) || ga_trial_stands_on_plateau(trial)) {
        return end_in_steps(trial);
    }
    if (ga_trial_ask_micro(trial) == GA_STAGE_DONE) {
        return GA_STAGE_DONE;
    }
    const ga_stage next = ask_noise(trial);
    if (next != GA_STAGE_DOUBT) {
        return next;
    }
    if (trial->watch.evaluations >= trial->watch.most) { /* the last doubts went unanswered */
        return ga_trial_leave_open(trial, GA_UNREPEATABLE);
    }
    if (hides_among_kinks(trial)) {
        return ga_trial_leave_open(trial, GA_UNREPEATABLE);
    }
    trial->out->resolution = trial->out->uncertainty;
    return ga_trial_end(trial, GA_PROBE_FAIL, trial->kinked ? GA_KINK_OUTSIDE : GA_DIFFERS);
}
