/*
 * A first glance: one pair, at a step so short that agreement there leaves nothing to ask.
 *
 * Everything that can be wrong with d(h) is bounded without a second pair: noise by noise/h, a kink
 * or a curvature inside the step by |c|/h. The truncation h^2 f'''/6 is smaller than the latter
 * except at an inflection, where only chance could bring d(h) to g unless g is right: so |g - d|
 * itself is made part of the bar. A right gradient of a clean loss is done here, at the price of a
 * plain central difference; nothing is ever called wrong here.
 *
 * Only clean losses get a glance. Where noise or structure is above rounding, the slope at so short
 * a step is not the one that matters, and the other stages say so.
 */
#include "trial.h"

#include <math.h>
#include <stddef.h>

/*
 * Noise and curvature may each use a quarter of the allowed error, so that |g - d|, counted twice,
 * has the rest. The step is the geometric mean of the two limits: equally far from both.
 */
static const double QUARTER = 0.25;

/* A vanishing slope does not make a straight loss: |f''| s is taken to be at least this share. */
static const double OF_CHANGE = 0.01;

enum {
    GLANCES_ENOUGH = 3
}; /* a pilot of this many decides whether glances pay */

/* Two evaluations saved against two lost: glances pay when they win every second time. */
static int glances_pay(const ga_profile *profile)
{
    return profile->glances < GLANCES_ENOUGH || 2 * profile->glances_won >= profile->glances;
}

/* The step of the glance, 0 if none would do. */
static double glance_step(const ga_trial *trial)
{
    const double around = OF_CHANGE * trial->claim->step_change / trial->scale;
    const double bend = fmax(fabs(trial->claim->analytic), around); /* a guess at f'' s */
    const double share = QUARTER * trial->allowed;
    const double shortest = GA_SIGMAS * trial->noise / (sqrt(2.0) * share);
    const double longest = bend > 0.0 ? trial->scale * share / bend : 0.0;
    if (!(shortest <= longest && trial->least <= longest)) {
        return 0.0;
    }
    const double middle = sqrt(shortest) * sqrt(longest);
    return fmin(fmax(middle, trial->least), trial->longest);
}

ga_stage ga_trial_glance(ga_trial *trial)
{
    const double clean = ga_profile_clean(&trial->watch.values);
    if (!(trial->noise <= clean) || !glances_pay(trial->profile)) {
        return GA_STAGE_OPEN;
    }
    const double wanted = glance_step(trial);
    if (!(wanted > 0.0)) {
        return GA_STAGE_OPEN;
    }
    const double h = wanted * ga_watch_draw(&trial->watch, GA_FOR_GLANCE, 0.8, 1.25);
    ga_pairs one = {.count = 0};
    trial->out->lesson.glances = 1;
    if (!ga_pairs_add(&one, &trial->watch, h, NULL)) {
        return GA_STAGE_OPEN;
    }
    const ga_pair *pair = one.pair;
    const double gap = ga_trial_gap(trial, pair->slope);
    const double noise = GA_SIGMAS * trial->noise / (sqrt(2.0) * pair->h);
    const double bar = noise + fabs(pair->even) / pair->h + gap;
    if (!(gap + bar <= trial->allowed)) {
        return GA_STAGE_OPEN;
    }
    const ga_estimate made = {
        .value = pair->slope, .bar = bar, .noise = noise, .truncation = bar - noise, .at = -1};
    ga_trial_state(trial, &made, &one);
    trial->out->step = pair->h;
    trial->out->lesson.moves = 1;
    trial->out->lesson.glances_won = 1;
    return ga_trial_end(trial, GA_PROBE_PASS, GA_AGREES);
}
