/*
 * One constant factor in everything.
 *
 * A sum where a mean was meant, a forgotten 1/2, a sign convention: every gradient is the same
 * multiple of its slope. That is one fault, not n, and it must not drown the others: it is looked
 * for in the pilot elements, or in the directions, before all else, and divided out.
 */
#include "study.h"

#include <math.h>

/* Ratios that people forget. */
static const double USUAL[] = {-1.0, 2.0, 0.5, -2.0, -0.5, 4.0, 0.25};

/*
 * Whoever says something about a ratio knows the slope to ten per cent, as a sum in float allows,
 * or well, to one, and then counts twice. Along several variables it must be known well: a large
 * one hides what the others have. A usual ratio takes two, one of which knows it well, or three;
 * any other three that do, or more, one of which does.
 */
static const double KNOWN = 0.1;
static const double KNOWN_WELL = 0.01;
enum {
    USUAL_COUNT = sizeof USUAL / sizeof *USUAL,
    NEEDED_USUAL = 3,
    NEEDED = 6
};

/* Whoever contradicts one knows it to this share. */
static const double ROUGHLY = 0.3;

/* One that the ratio explains but for this share has the common one, and a fault beside. */
static const double NEARLY = 0.1;

/* A ratio this near to a whole number, or to one over it, is that: a batch size, a count. */
static const double WHOLE = 1e-5;
/* Or within its bar, where that leaves one whole number only. */
static const double WHOLE_MOST = 2e-3;
static const double AMBIGUOUS = 0.25;

static int says_something(const ga_tell *tell)
{
    const double known = tell->of_many ? KNOWN_WELL : KNOWN;
    return tell->differs && tell->means && tell->claimed != 0 && isfinite(tell->measured) &&
           tell->measured != 0 && tell->uncertainty <= known * fabs(tell->measured);
}

/* One that is right as it is, and known well enough to say so. */
static int denies(const ga_tell *tell)
{
    return !tell->differs && tell->means && tell->claimed != 0 &&
           tell->uncertainty <= KNOWN_WELL * fabs(tell->claimed);
}

/* Does it have this ratio, within its bar? */
static int agrees(const ga_tell *tell, double ratio)
{
    const double slope = tell->claimed / ratio;
    const double allowed = 1.5 * tell->uncertainty + 1e-5 * fabs(slope);
    return fabs(slope - tell->measured) <= allowed;
}

static int nearly_agrees(const ga_tell *tell, double ratio)
{
    const double explained = fmin(1.0, fabs(ratio - 1.0)) * fabs(tell->measured);
    return fabs(tell->claimed / ratio - tell->measured) <= NEARLY * explained;
}

/* One that knows its slope roughly, and has another ratio for certain. */
static int contradicts(const ga_tell *tell, double ratio)
{
    return tell->differs && tell->means && tell->uncertainty <= ROUGHLY * fabs(tell->measured) &&
           !agrees(tell, ratio) && !nearly_agrees(tell, ratio);
}

static size_t count_contradicting(const ga_tell *tells, size_t count, double ratio)
{
    size_t contradicting = 0;
    for (size_t i = 0; i < count; i++) {
        contradicting += contradicts(&tells[i], ratio) != 0;
    }
    return contradicting;
}

static double bar_of(const ga_tell *tell)
{
    return tell->uncertainty / fabs(tell->measured);
}

/* *weight: what they count together. */
static size_t count_agreeing(const ga_tell *tells, size_t count, double ratio, int *weight)
{
    size_t agreeing = 0;
    *weight = 0;
    for (size_t i = 0; i < count; i++) {
        if (says_something(&tells[i]) && agrees(&tells[i], ratio)) {
            agreeing++;
            *weight += bar_of(&tells[i]) <= KNOWN_WELL ? 2 : 1;
        }
    }
    return agreeing;
}

/* The ratio of one, or the usual one it may be. */
static double ratio_of(const ga_tell *tell, int *usual)
{
    const double ratio = tell->claimed / tell->measured;
    *usual = 0;
    for (int k = 0; k < USUAL_COUNT; k++) {
        if (fabs(ratio - USUAL[k]) <= fabs(USUAL[k]) * (1.5 * bar_of(tell) + 1e-5)) {
            *usual = 1;
            return USUAL[k];
        }
    }
    return ratio;
}

static double make_whole(double ratio, double bar)
{
    const double size = fabs(ratio);
    const double number = size >= 1.0 ? size : 1.0 / size;
    const double whole = nearbyint(number);
    const double allowed = fmax(WHOLE, fmin(bar, WHOLE_MOST)) * whole;
    if (!(fabs(number - whole) <= allowed) || (bar > WHOLE && allowed > AMBIGUOUS) || whole > 1e9) {
        return ratio;
    }
    return copysign(size >= 1.0 ? whole : 1.0 / whole, ratio);
}

double ga_study_ratio_of(const ga_tell *tells, size_t count, size_t *seen, size_t *example)
{
    size_t denying = 0;
    int best_weight = 0;
    int needed = 0;
    double best_bar = (double)INFINITY;
    double best = 1.0;
    *seen = 0;
    for (size_t i = 0; i < count; i++) {
        denying += denies(&tells[i]) != 0;
        if (!says_something(&tells[i])) {
            continue;
        }
        /* The ratio that most of them share; of those of one alone, the one known best. */
        int usual = 0;
        const double ratio = ratio_of(&tells[i], &usual);
        int weight = 0;
        if (!usual && bar_of(&tells[i]) > KNOWN_WELL) {
            continue; /* it knows of no ratio by itself */
        }
        const size_t agreeing = count_agreeing(tells, count, ratio, &weight);
        if (weight > best_weight || (weight == best_weight && bar_of(&tells[i]) < best_bar)) {
            *seen = agreeing;
            best_weight = weight;
            *example = i;
            best = ratio;
            best_bar = bar_of(&tells[i]);
            needed = usual ? NEEDED_USUAL : NEEDED;
        }
    }
    const size_t contradicting = count_contradicting(tells, count, best);
    const int is_common =
        denying == 0 && best_weight >= needed && 4 * *seen >= 3 * (*seen + contradicting);
    *seen = is_common ? *seen : 0;
    return is_common ? make_whole(best, best_bar) : 1.0;
}

double ga_study_common_ratio(const ga_pilot_probe *pilot, size_t count, size_t *seen)
{
    ga_tell tells[GA_PILOT_MOST];
    size_t example = 0;
    for (size_t i = 0; i < count; i++) {
        const ga_probe *const probe = &pilot[i].probe;
        tells[i] = (ga_tell){
            .claimed = pilot[i].claimed,
            .measured = probe->value,
            .uncertainty = probe->verdict == GA_PROBE_PASS ? probe->resolution : probe->uncertainty,
            .differs = probe->verdict == GA_PROBE_FAIL,
            .means = probe->verdict == GA_PROBE_FAIL || probe->verdict == GA_PROBE_PASS,
        };
    }
    return ga_study_ratio_of(tells, count, seen, &example);
}
