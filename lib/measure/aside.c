/*
 * Near a bound there is no room for symmetric steps: a slope from one side alone.
 *
 * Three nested steps a > b > c and f(x) give the derivative at 0 of the cubic through the four
 * points; two of the steps give a parabola's (Fornberg, "Generation of finite difference formulas
 * on arbitrarily spaced grids", Math. Comp. 51, 1988). The difference between the parabolas of (a,
 * b) and of (b, c) bounds the truncation. As on both sides, agreement is cheap, and a FAIL is
 * earned by fresh steps that say the same and by fresh tables of the noise.
 */
#include "trial.h"

#include "noise.h"
#include "step.h"

#include <math.h>

enum {
    POINTS = 3,
    SHRINKS_MOST = 5, /* after values that are not finite */
    WINDOWS_MOST = 9, /* of three evaluations each */
    CONFIRMATIONS = 2 /* windows that exclude g as well, before a FAIL */
};

static const double SPREAD = 4.0; /* first step in units of a symmetric one: the shortest is that */
static const double HALVING = 0.5; /* ratio of neighbours */
static const double SHRINK = 30.0;
static const double DOWN = 8.0;        /* against truncation, which falls as the square */
static const double UP = 6.0;          /* against noise */
static const double NEAR_LEAST = 0.65; /* a fresh window at the same scale, */
static const double NEAR_MOST = 0.85;
static const double BELOW_LEAST = 0.1; /* or a shorter one, if noise leaves room for it */
static const double BELOW_MOST = 0.2;
static const double DROWNED = 0.5;
static const double CLEARLY = 1.5; /* beyond its bar, before a window counts against g */
static const double LARGER = 2.0;  /* noise beyond this multiple changes a verdict */
static const double UNMISTAKABLE = 400.0;
static const double FAR = 0.3; /* of the scale: where a flat loss may move after all */

/* Three steps on one side, falling, and what the loss did there. */
typedef struct window {
    double h[POINTS];
    double rise[POINTS]; /* f(x + side h) - f(x) */
} window;

static int is_flat(const window *seen)
{
    return seen->rise[0] == 0.0 && seen->rise[1] == 0.0 && seen->rise[2] == 0.0;
}

static int measure(ga_trial *trial, int side, double longest, window *out)
{
    double h = longest;
    for (int i = 0; i < POINTS; i++) {
        out->h[i] = ga_step_exact_aside(trial->watch.line, side, h);
        if (!(out->h[i] > 0.0) || (i > 0 && !(out->h[i] < out->h[i - 1]))) {
            return 0;
        }
        out->rise[i] =
            ga_watch_value(&trial->watch, (double)side * out->h[i]) - trial->watch.values.origin;
        if (!isfinite(out->rise[i])) {
            return 0;
        }
        h *= HALVING;
    }
    return 1;
}

/* Slope at 0 of the parabola through (0, 0) and points i and i + 1, for a step upwards. */
static double parabola(const window *seen, int i)
{
    const double wide = seen->rise[i] / seen->h[i];
    const double narrow = seen->rise[i + 1] / seen->h[i + 1];
    return narrow - (wide - narrow) / (seen->h[i] / seen->h[i + 1] - 1.0);
}

/* Slope at 0 of the cubic through all four points; its noise is the weights' share of one value's.
 */
static ga_estimate estimate(const window *seen, int side, double noise)
{
    double value = 0.0;
    double squares = 0.0;
    double sum = 0.0; /* the weight of f(x), but for its sign; in 1/h, made free of units by h[2] */
    for (int i = 0; i < POINTS; i++) {
        double weight = seen->h[POINTS - 1] / seen->h[i];
        for (int j = 0; j < POINTS; j++) {
            weight *= j == i ? 1.0 : seen->h[j] / (seen->h[j] - seen->h[i]);
        }
        value += weight * (seen->rise[i] / seen->h[POINTS - 1]);
        squares += weight * weight;
        sum += weight;
    }
    ga_estimate made = {
        .value = (double)side * value,
        .noise = GA_SIGMAS * noise * sqrt(squares + sum * sum) / seen->h[POINTS - 1],
        .truncation = fabs(parabola(seen, 0) - parabola(seen, 1)),
        .at = -1,
    };
    made.bar = made.noise + made.truncation;
    if (!(made.bar >= 0.0) || !isfinite(value)) {
        made.bar = (double)INFINITY;
    }
    return made;
}

/* |f''| times the scale, from the curvature between the first two steps. */
static double bend_of(const ga_trial *trial, const window *seen)
{
    const double change = seen->rise[0] / seen->h[0] - seen->rise[1] / seen->h[1];
    const double bend = 2.0 * fabs(change) * (trial->scale / (seen->h[0] - seen->h[1]));
    return isfinite(bend) ? bend : 0.0;
}

static void state(ga_trial *trial, const window *seen, const ga_estimate *made)
{
    ga_trial_weigh(trial, bend_of(trial, seen));
    ga_trial_state(trial, made, &trial->pairs);
    trial->out->step = seen->h[POINTS - 1];
}

/* Flat on this side: as for symmetric steps, but with one look farther out. */
static ga_stage settle_flat(ga_trial *trial, int side, window *seen)
{
    ga_probe *out = trial->out;
    const double size = fabs(trial->claim->analytic);
    const double far = fmin(FAR * trial->scale, ga_step_room_aside(trial->watch.line, side));
    window wide;

    if (far > 2.0 * seen->h[0] && measure(trial, side, far, &wide)) {
        *seen = wide;
        if (!is_flat(seen)) {
            trial->noise = fmax(trial->noise, 0.5 * fabs(seen->rise[0]));
            return GA_STAGE_ASIDE;
        }
    }
    const double quantum = ga_values_quantum(&trial->watch.values);
    const double bar = GA_SIGMAS * fmax(trial->noise, quantum) / seen->h[0];
    out->value = 0.0;
    out->step = seen->h[0];
    out->flat_step = seen->h[0];
    out->uncertainty = fmax(bar, size);
    out->resolution = fmax(bar + size, trial->tolerance);
    if (ga_trial_agrees_with_zero(trial, bar)) {
        out->uncertainty = bar;
        return ga_trial_end(trial, GA_PROBE_PASS, GA_FLAT_ZERO);
    }
    if (trial->profile->moves && size * seen->h[0] > UNMISTAKABLE * trial->noise) {
        out->uncertainty = bar;
        out->resolution = bar;
        return ga_trial_end(trial, GA_PROBE_FAIL, GA_IGNORED);
    }
    return ga_trial_end(trial, GA_PROBE_INCONCLUSIVE, GA_DEAD);
}

/* Fresh tables: does g stay excluded with the noise they show? */
static ga_stage doubt(ga_trial *trial, const window *seen, int side)
{
    if (ga_trial_noise_was_missed(trial)) {
        return GA_STAGE_REHEAR;
    }
    const ga_noise fresh = ga_noise_along(&trial->watch, seen->h[POINTS - 1] / 8.0, 1);
    const double noise = fresh.kind == GA_NOISE_MEASURED ? fresh.deviation : 0.0;
    if (noise > LARGER * trial->noise) {
        const ga_estimate made = estimate(seen, side, noise);
        state(trial, seen, &made);
        if (!(ga_trial_gap(trial, made.value) > CLEARLY * made.bar + trial->allowed)) {
            return ga_trial_hear_again(trial, noise);
        }
    }
    if (trial->watch.evaluations >= trial->watch.most) {
        return ga_trial_end(trial, GA_PROBE_INCONCLUSIVE, GA_ASIDE_UNREPEATABLE);
    }
    trial->out->resolution = trial->out->uncertainty;
    return ga_trial_end(trial, GA_PROBE_FAIL, GA_ASIDE_DIFFERS);
}

/* The longest step of the next window when g is consistent with this one; 0 if none would help. */
static double improve(ga_trial *trial, const window *seen, const ga_estimate *made, double room)
{
    const double shortest = seen->h[POINTS - 1];
    if (made->truncation > made->noise) {
        const double h = seen->h[0] / DOWN;
        const int drowned = made->noise * DOWN > made->bar || shortest / DOWN < trial->least;
        return trial->downs++ < 3 && !drowned ? h : 0.0;
    }
    const double h = fmin(seen->h[0] * UP, room);
    return trial->ups++ < 3 && h > 1.5 * seen->h[0] ? h : 0.0;
}

/* The longest step of a window that may confirm a disagreement. */
static double confirm(ga_trial *trial, const window *seen, const ga_estimate *made)
{
    const double gap = ga_trial_gap(trial, made->value);
    const double below = ga_watch_draw(&trial->watch, GA_FOR_DESCENT, BELOW_LEAST, BELOW_MOST);
    const double near = ga_watch_draw(&trial->watch, GA_FOR_REPEAT, NEAR_LEAST, NEAR_MOST);
    const int drowned =
        !(made->noise / below <= DROWNED * gap) || seen->h[POINTS - 1] * below < trial->least;
    return seen->h[0] * (drowned ? near : below);
}

static ga_stage weigh_windows(ga_trial *trial, int side, window *seen)
{
    const double room = fmin(ga_step_room_aside(trial->watch.line, side), trial->longest);
    ga_estimate last = {.value = (double)NAN, .bar = (double)INFINITY};
    int confirmations = 0;

    for (int i = 0; i < WINDOWS_MOST; i++) {
        const ga_estimate made = estimate(seen, side, trial->noise);
        state(trial, seen, &made);
        const double gap = ga_trial_gap(trial, made.value);
        double next = 0.0;
        if (gap + made.bar <= trial->allowed) {
            return ga_trial_end(trial, GA_PROBE_PASS, GA_ASIDE_AGREES);
        }
        if (gap <= made.bar + trial->allowed) {
            confirmations = 0;
            next = improve(trial, seen, &made, room);
            if (!(next > 0.0)) {
                break;
            }
        } else {
            const int steady = fabs(made.value - last.value) <= made.bar + last.bar;
            confirmations += steady && gap > CLEARLY * made.bar + trial->allowed;
            if (confirmations >= CONFIRMATIONS) {
                return doubt(trial, seen, side);
            }
            next = confirm(trial, seen, &made);
        }
        last = made;
        if (!measure(trial, side, next, seen)) {
            trial->edge = 1;
            break;
        }
    }
    if (ga_trial_gap(trial, trial->out->value) > trial->out->uncertainty + trial->allowed) {
        return ga_trial_end(trial, GA_PROBE_INCONCLUSIVE, GA_ASIDE_UNREPEATABLE);
    }
    return ga_trial_acceptable(trial, trial->out->uncertainty)
               ? ga_trial_end(trial, GA_PROBE_PASS, GA_ASIDE_AGREES)
               : ga_trial_end(trial, GA_PROBE_INCONCLUSIVE, GA_ASIDE_WIDE);
}

ga_stage ga_trial_aside(ga_trial *trial)
{
    const ga_line *line = trial->watch.line;
    const int side = ga_step_room_aside(line, 1) >= ga_step_room_aside(line, -1) ? 1 : -1;
    const double room = ga_step_room_aside(line, side);
    const double jitter = ga_watch_draw(&trial->watch, GA_FOR_OPENING, 0.8, 1.0);
    double h = fmin(SPREAD * fmax(trial->opening, trial->least), room) * jitter;
    window seen;
    int measured = 0;

    for (int i = 0; i <= SHRINKS_MOST && !measured; i++) {
        measured = measure(trial, side, h, &seen);
        trial->edge = !measured;
        h /= SHRINK;
    }
    if (!measured) {
        return ga_trial_end(trial, GA_PROBE_NONFINITE, GA_NOT_FINITE);
    }
    if (is_flat(&seen)) {
        const ga_stage next = settle_flat(trial, side, &seen);
        if (next == GA_STAGE_DONE) {
            return next;
        }
    }
    trial->out->lesson.moves = 1;
    return weigh_windows(trial, side, &seen);
}
