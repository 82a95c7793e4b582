/* Runs a trial from stage to stage, and what several stages need. */
#include "probe.h"

#include "kink.h"
#include "noise.h"
#include "step.h"
#include "trial.h"

#include <math.h>

/*
 * A slope counts as at least this share of |f''| s and of the typical slope around it. Where the
 * gradient vanishes, a bar is small compared with these or not at all. With f'' s itself anything
 * passed on steep losses, where it is 1e5 |g|; at stationary points bars are 1e-8 of it.
 */
static const double OF_BEND = 0.01;
static const double OF_TYPICAL = 1e-3;

/* An element that matters this little to its variable may pass with a bar of a tenth of itself. */
static const double NEGLIGIBLE = 1e-3;
static const double COARSE = 0.1;

/* The gradient is evaluated at a rounded x: 16 roundings of x, times f''. */
static const double CONDITIONING = 16.0;

/*
 * The first step, (eps/V)^(1/4), lies between the best for d, (eps/V)^(1/3), and for the
 * extrapolated value, (eps/V)^(1/5), where V is the change of the loss over one scale; it is at
 * least 1e-6 of the scale.
 */
static const double OPENING_LEAST = 1e-6;
static const double OPENING_REACH = 0.1; /* leaves room for steps up to the reach */
/* A coordinate is near 0 when its neighbours allow steps this many times its own length. */
static const double NEAR_ZERO = 4.0;

static const double OF_CHANGE = 0.01; /* of the typical change, where |g| s is less */

/* Symmetric steps need a quarter of the first one's room, or they drown in noise. */
static const double ROOMY = 0.25;

static const double WORTH_RELAXING = 20.0; /* roundings: below, no other noise can be less */
static const double MUCH_LESS = 4.0;       /* noise must fall by this for a bar to change */
enum {
    REFUSALS_MOST = 2
}; /* an element asks no more after this many noes */

enum {
    STAGES_MOST = 40
}; /* far more than any path takes: evaluations end all of them first */

double ga_trial_gap(const ga_trial *trial, double value)
{
    return fabs(trial->claim->analytic - value);
}

void ga_trial_weigh(ga_trial *trial, double bend)
{
    const ga_claim *claim = trial->claim;
    const double size = fabs(claim->analytic);
    const double unit = ga_values_unit(&trial->watch.values);
    const double off = fabs(trial->watch.line->at) / trial->scale;

    trial->bend = bend;
    trial->out->scale =
        fmax(size, fmax(OF_BEND * bend, OF_TYPICAL * claim->typical / trial->watch.line->reach));
    trial->allowed = claim->rtol * size + claim->rounding + CONDITIONING * unit * bend * off;
    trial->tolerance = fmax(trial->allowed, claim->rtol * trial->out->scale);
}

void ga_trial_state(ga_trial *trial, const ga_estimate *estimate, const ga_pairs *pairs)
{
    ga_probe *out = trial->out;
    const double gap = ga_trial_gap(trial, estimate->value);

    out->value = estimate->value;
    out->uncertainty = estimate->bar;
    out->resolution = isnan(gap) ? (double)INFINITY : fmax(gap + estimate->bar, trial->allowed);
    out->step = estimate->at >= 0 ? pairs->pair[estimate->at + 1].h : 0.0;
    out->limit = estimate->noise >= estimate->truncation ? GA_LIMIT_NOISE : GA_LIMIT_TRUNCATION;
}

int ga_trial_acceptable(const ga_trial *trial, double bar)
{
    const ga_claim *claim = trial->claim;
    if (trial->profile->strict) {
        return 0; /* then only D + e <= allowed passes, which is tested on its own */
    }
    /* in units of the loss, beside what the elements of this variable change it by: 0 without one
     */
    const double change = bar * trial->watch.line->reach;
    return bar <= fmax(trial->tolerance, trial->profile->resolution * trial->out->scale) ||
           change <= trial->profile->resolution * claim->typical ||
           (bar <= COARSE * fabs(claim->analytic) && change <= NEGLIGIBLE * claim->typical);
}

int ga_trial_relax(ga_trial *trial, double h)
{
    const double rounding = ga_values_floor(&trial->watch.values);
    const int refusals = trial->profile->refusals + trial->out->lesson.refusals;
    if (!(trial->noise > WORTH_RELAXING * rounding) || refusals >= REFUSALS_MOST ||
        trial->profile->quiet > trial->noise / MUCH_LESS) { /* not even up close */
        return 0;
    }
    /* a table ends near h */
    const double noise = ga_noise_along(&trial->watch, h / 8.0, 1).deviation;
    if (noise >= 0.0 && noise < trial->noise / MUCH_LESS) {
        trial->noise = fmax(noise, rounding);
        trial->relaxed = 1;
        return 1;
    }
    trial->out->lesson.refusals++;
    return 0;
}

ga_stage ga_trial_end(ga_trial *trial, ga_probe_verdict verdict, ga_probe_reason reason)
{
    ga_probe *out = trial->out;
    out->verdict = verdict;
    out->reason = reason;
    ga_trial_find_plateau(trial);
    switch (reason) {
    case GA_KINK_BETWEEN:
    case GA_KINK_OUTSIDE: {
        const ga_sides sides = ga_kink_sides(&trial->pairs, trial->noise);
        out->left = sides.left;
        out->right = sides.right;
        out->limit = GA_LIMIT_KINK;
        break;
    }
    case GA_DEAD:
    case GA_FLAT_ZERO:
    case GA_IGNORED:
    case GA_MOVES_IN_STEPS:
    case GA_JUMPS_AT_X:
        out->limit = GA_LIMIT_QUANTISATION;
        break;
    case GA_NOT_FINITE:
        out->limit = GA_LIMIT_DOMAIN;
        break;
    case GA_NO_ROOM:
    case GA_ASIDE_AGREES:
    case GA_ASIDE_WIDE:
    case GA_ASIDE_DIFFERS:
    case GA_ASIDE_UNREPEATABLE:
        out->limit = GA_LIMIT_BOUNDS;
        break;
    case GA_AGREES:
    case GA_AGREES_RESOLVED:
    case GA_AGREES_NEAR:
    case GA_BAR_TOO_WIDE:
    case GA_DIFFERS:
    case GA_UNREPEATABLE:
    case GA_FAR_AGREES:
    case GA_NEAR_AGREES:
    case GA_SCALE_DEPENDENT:
    case GA_NOISIER:
    case GA_CLAIM_NOT_FINITE:
        if (out->limit == GA_LIMIT_NOISE && trial->edge) {
            out->limit = GA_LIMIT_DOMAIN; /* a longer step would help, and is not to be had */
        } else if (out->limit == GA_LIMIT_NOISE &&
                   ga_step_room(trial->watch.line) < trial->watch.line->reach) {
            out->limit = GA_LIMIT_BOUNDS;
        }
        break;
    }
    return GA_STAGE_DONE;
}

/* First step and room: symmetric steps, one-sided ones, or none at all. */
static ga_stage prepare(ga_trial *trial)
{
    const ga_line *line = trial->watch.line;
    const ga_claim *claim = trial->claim;
    const double size = fabs(claim->analytic);
    const double largest = trial->watch.values.largest;

    if (!isfinite(claim->analytic)) {
        return ga_trial_end(trial, GA_PROBE_FAIL, GA_CLAIM_NOT_FINITE);
    }
    trial->least = ga_step_least(line);
    if (!(ga_step_widest(line) >= trial->least)) {
        return ga_trial_end(trial, GA_PROBE_INCONCLUSIVE, GA_NO_ROOM);
    }
    double change = size * trial->scale;
    if (isfinite(change)) {
        /* f sees x rounded: near f = 0 the result's own rounding says nothing */
        const double unit = ga_values_unit(&trial->watch.values);
        trial->noise = fmax(trial->noise, 0.5 * unit * change);
    }
    trial->longest = line->reach;
    change = fmax(change, OF_CHANGE * claim->step_change);
    if (change < GA_SIGMAS * trial->noise || change == 0.0) {
        change = largest > 0.0 ? largest : 1.0;
    }
    const double share = fmax(sqrt(sqrt(trial->noise / change)), OPENING_LEAST);
    trial->opening = fmax(fmin(trial->scale * share, OPENING_REACH * line->reach), trial->least);
    ga_trial_weigh(trial, 0.0);
    if (ga_step_room(line) < fmax(ROOMY * trial->opening, trial->least)) {
        return GA_STAGE_ASIDE;
    }
    trial->longest = fmin(trial->longest, ga_step_room(line));
    trial->opening = fmin(trial->opening, trial->longest);
    return trial->reheard ? GA_STAGE_OPEN : GA_STAGE_GLANCE;
}

static ga_stage run_stage(ga_trial *trial, ga_stage stage)
{
    switch (stage) {
    case GA_STAGE_GLANCE:
        return ga_trial_glance(trial);
    case GA_STAGE_OPEN:
        return ga_trial_open(trial);
    case GA_STAGE_JUDGE:
        return ga_trial_judge(trial);
    case GA_STAGE_DESCEND:
        return ga_trial_descend(trial);
    case GA_STAGE_REPEAT:
        return ga_trial_repeat(trial);
    case GA_STAGE_DOUBT:
        return ga_trial_doubt(trial);
    case GA_STAGE_ASIDE:
        return ga_trial_aside(trial);
    case GA_STAGE_REHEAR:
    case GA_STAGE_DONE:
        break;
    }
    return stage;
}

static void begin(ga_trial *trial, double noise)
{
    const ga_line *line = trial->watch.line;
    trial->noise = noise;
    trial->scale = line->scale > 0.0 && isfinite(line->scale) ? line->scale : 1.0;
    trial->pairs.count = 0;
    trial->first = 0;
    trial->patient = 0;
    trial->downs = 0;
    trial->ups = 0;
    trial->bar_before = (double)INFINITY;
    trial->relaxed = 0;
    trial->repeated = 0;
    trial->kinked = 0;
    trial->edge = 0;
}

static void probe_line(const ga_profile *profile, const ga_line *line, const ga_claim *claim,
                       int most, ga_probe *out)
{
    ga_trial trial = {
        .profile = profile,
        .claim = claim,
        .out = out,
        .watch = {.line = line, .values = profile->values, .seed = profile->seed, .most = most},
    };
    *out = (ga_probe){
        .verdict = GA_PROBE_INCONCLUSIVE,
        .reason = GA_BAR_TOO_WIDE,
        .value = (double)NAN,
        .uncertainty = (double)INFINITY,
        .resolution = (double)INFINITY,
        .scale = fabs(claim->analytic),
        .left = (double)NAN,
        .right = (double)NAN,
    };
    out->lesson.moves = profile->moves;

    begin(&trial, profile->noise);
    ga_stage stage = prepare(&trial);
    for (int i = 0; i < STAGES_MOST && stage != GA_STAGE_DONE; i++) {
        if (stage == GA_STAGE_REHEAR) {
            trial.reheard = 1;
            begin(&trial, trial.heard);
            stage = prepare(&trial);
        } else {
            stage = run_stage(&trial, stage);
        }
    }
    const int is_settled = out->verdict == GA_PROBE_PASS || out->verdict == GA_PROBE_NONFINITE;
    if (!is_settled && ga_trial_seek_plateau(&trial) && out->verdict == GA_PROBE_KINK) {
        (void)ga_trial_end(&trial, GA_PROBE_INCONCLUSIVE, GA_MOVES_IN_STEPS); /* a jump, no kink */
    }
    if (!is_settled && isfinite(claim->analytic) && ga_trial_seek_jump(&trial)) {
        (void)ga_trial_end(&trial, GA_PROBE_INCONCLUSIVE, GA_JUMPS_AT_X); /* whatever g says */
    }
    out->evaluations = trial.watch.evaluations;
    out->lesson.values = trial.watch.values;
    out->lesson.kinks = out->verdict == GA_PROBE_KINK ||
                        (trial.pairs.count > 1 && ga_pairs_are_rough(&trial.pairs, trial.noise));
}

/*
 * A coordinate that happens to lie near 0 says nothing of its own length: 1e-26 beside others of 1.
 * Where the loss was flat at steps of that length, and could not have shown a slope that matters
 * among its neighbours, the length of these decides.
 */
static int was_blind(const ga_profile *profile, const ga_line *line, const ga_claim *claim,
                     const ga_probe *probe)
{
    const double around = fmax(claim->step_change, fabs(claim->analytic) * line->reach);
    return (probe->reason == GA_FLAT_ZERO || probe->reason == GA_DEAD) &&
           line->reach > NEAR_ZERO * line->scale &&
           probe->uncertainty * line->reach > profile->resolution * around;
}

void ga_probe_element(const ga_profile *profile, const ga_line *line, const ga_claim *claim,
                      ga_probe *out)
{
    probe_line(profile, line, claim, GA_PROBE_EVALUATIONS, out);
    if (was_blind(profile, line, claim, out)) {
        const int spent = out->evaluations;
        ga_line longer = *line;
        longer.scale = line->reach;
        probe_line(profile, &longer, claim, GA_PROBE_EVALUATIONS - spent, out);
        out->evaluations += spent;
    }
}

const char *ga_probe_reason_text(ga_probe_reason reason)
{
    static const char *const texts[] = {
#define GA_REASON(name, text) text,
        GA_PROBE_REASONS(GA_REASON)
#undef GA_REASON
    };
    return texts[reason];
}
