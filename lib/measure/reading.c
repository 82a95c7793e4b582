/* See hunt.h. */
#include "hunt.h"

#include "estimate.h"

#include <math.h>

/*
 * One pair has no other to be compared with, so its truncation is that of the known directions: the
 * largest seen, eightfold, as the third derivative along a random direction is a random number with
 * mean 0, and may be ten times less than usual. With fewer than four directions to take the largest
 * of, in proportion more.
 */
static const double CAUTION = 8.0;
static const double DIRECTIONS_USUAL = 4.0;
static const double BY_NOISE = 2.0;   /* standard deviations that no truncation need explain */
static const double LEAST_BEND = 1.0; /* times G; noisy directions would not show less */

static const double STEP_MOST = 0.2;
static const double WITHIN = 0.9;       /* of the room between the bounds */
static const double CHANGE_MOST = 0.05; /* of the loss, as far as the gradient predicts it */
static const double CHANGE_LEAST = 1e-3;
static const double BENT = 8.0;   /* an even part so many times the usual shows a kink */
static const double GRAINS = 4.0; /* standard deviations of the rounding of x + t v */

static double share_of(const ga_hunt *h, const ga_course *course, size_t element)
{
    double v = 0.0;
    h->field->shares(h->field->context, course, element, 1, &v);
    return v;
}

/* What is left of a reading when the faults found within its range are taken off. */
ga_reading ga_reading_left(const ga_hunt *h, const ga_reading *whole)
{
    ga_reading left = *whole;
    double squares = left.noise * left.noise;
    for (int i = 0; i < h->fault_count; i++) {
        const ga_fault *f = h->faults + i;
        if (f->element >= left.course.first && f->element < left.course.end) {
            const double v = share_of(h, &left.course, f->element);
            left.residual -= f->size * v;
            squares += f->bar * v * f->bar * v;
            left.truncation += h->grain / left.step * fabs(f->size * v);
        }
    }
    left.noise = sqrt(squares);
    return left;
}

double ga_reading_bar(const ga_reading *r)
{
    return r->noise + r->truncation + r->allowed;
}

int ga_reading_is_quiet(const ga_hunt *h, const ga_reading *whole)
{
    const ga_reading left = ga_reading_left(h, whole);
    return fabs(left.residual) <= ga_reading_bar(&left);
}

/* The reading of one half from those of the whole and of the other half. */
ga_reading ga_reading_subtract(const ga_hunt *h, const ga_reading *whole, const ga_reading *part,
                               const ga_course *course, double allowed)
{
    const ga_reading a = ga_reading_left(h, whole);
    const ga_reading b = ga_reading_left(h, part);
    ga_reading rest = {
        .course = *course,
        .residual = a.residual - b.residual,
        .noise = hypot(a.noise, b.noise),
        .truncation = a.truncation + b.truncation,
        .allowed = allowed,
        .step = fmin(a.step, b.step),
        .own = a.own,
    };
    for (int i = 0; i < h->fault_count; i++) { /* as measured: nothing is taken off */
        const ga_fault *f = h->faults + i;
        if (f->element >= course->first && f->element < course->end) {
            rest.residual += f->size * share_of(h, course, f->element);
        }
    }
    return rest;
}

/* Measured in full, as the known directions were. */
static int measure_in_full(ga_hunt *h, const ga_course *course, ga_reading *out)
{
    ga_direction made;
    const int done = ga_directions_measure(h->field, course, 1, &made);
    h->spent += (size_t)made.evaluations;
    h->search->evaluations += (size_t)made.evaluations;
    if (!done) {
        h->search->spent = 1;
    }
    *out = (ga_reading){
        .course = *course,
        .residual = made.residual,
        .noise = made.noise,
        .truncation = made.bar - made.noise,
        .allowed = made.allowed,
        .step = made.step,
        .own = 1,
    };
    return isfinite(made.bar) && isfinite(made.residual);
}

/* One pair at the step of this search; 0: it is not finite, or shows a kink. */
static int measure_pair(ga_hunt *h, const ga_course *course, const ga_prospect *prospect,
                        ga_reading *out)
{
    const double f0 = h->field->profile->values.origin;
    const double cap = CHANGE_MOST * fmax(fabs(f0), CHANGE_LEAST) / fabs(prospect->claimed);
    const double step = fmin(fmin(h->step, cap), WITHIN * prospect->room);
    if (!(step > 0.0)) {
        return 0;
    }
    ga_request sides[2] = {{.course = *course, .t = step}, {.course = *course, .t = -step}};
    if (!h->field->evaluate(h->field->context, sides, 2)) {
        h->search->spent = 1;
    }
    h->spent += 2;
    h->search->evaluations += 2;
    const double up = sides[0].value - sides[0].predicted;
    const double down = sides[1].value - sides[1].predicted;
    const double even = sides[0].value + sides[1].value - 2.0 * f0;
    const double shorter = h->step / step;
    *out = (ga_reading){
        .course = *course,
        .residual = (up - down) / step / 2.0,
        .noise = h->noise * shorter,
        .truncation = h->truncation / (shorter * shorter),
        .allowed = prospect->rounding,
        .step = step,
        .own = 1,
    };
    if (prospect->size > 0.0 && isfinite(out->residual)) {
        const double off = fmax(fabs(sides[0].predicted - step * prospect->claimed),
                                fabs(sides[1].predicted + step * prospect->claimed));
        h->grain = fmax(h->grain, GRAINS * off / prospect->size);
    }
    const double usual = BENT * h->bend * step * step + 2.0 * GA_SIGMAS * h->field->profile->noise;
    return isfinite(out->residual) && fabs(even) <= usual;
}

/* Measure a direction over a range. 0: that could not be done. */
int ga_hunt_measure(ga_hunt *h, ga_sweep_kind kind, uint32_t number, size_t first, size_t end,
                    ga_reading *out)
{
    const ga_course course = {.kind = kind, .number = number, .first = first, .end = end};
    ga_prospect prospect;
    h->field->look_ahead(h->field->context, &course, &prospect);
    if (!h->thorough && kind == GA_SWEEP_HYBRID && measure_pair(h, &course, &prospect, out)) {
        return 1;
    }
    return !h->search->spent && measure_in_full(h, &course, out);
}

double ga_hunt_allowed(const ga_hunt *h, const ga_course *course)
{
    ga_prospect prospect;
    h->field->look_ahead(h->field->context, course, &prospect);
    return prospect.rounding;
}

/* How far a reading stands out of its bar. */
double ga_reading_loudness(const ga_hunt *h, const ga_reading *whole)
{
    const ga_reading left = ga_reading_left(h, whole);
    return fabs(left.residual) / ga_reading_bar(&left);
}

const ga_reading *ga_node_find(const ga_node *n, const ga_reading *like)
{
    for (int i = 0; i < n->count; i++) {
        if (n->readings[i].course.kind == like->course.kind &&
            n->readings[i].course.number == like->course.number) {
            return n->readings + i;
        }
    }
    return NULL;
}

static int is_spoilt(const ga_hunt *h, uint32_t number)
{
    for (int i = 0; i < h->spoilt_count; i++) {
        if (h->spoilt[i] == number) {
            return 1;
        }
    }
    return 0;
}

int ga_node_loudest(const ga_hunt *h, const ga_node *n, const ga_node *half)
{
    int best = -1;
    int best_is_plain = 0;
    double most = -1.0;
    for (int i = 0; i < n->count; i++) {
        const double loud = ga_reading_loudness(h, n->readings + i);
        const ga_course *course = &n->readings[i].course;
        const int is_plain =
            course->kind == GA_SWEEP_HYBRID && loud > 1.0 && !is_spoilt(h, course->number);
        const int better = is_plain != best_is_plain ? is_plain : loud > most;
        if (better && !(half && ga_node_find(half, n->readings + i))) {
            best = i;
            best_is_plain = is_plain;
            most = loud;
        }
    }
    return best;
}

/*
 * The noise of one value, as the two shortest pairs of the known directions show it. It contains
 * what is left of their truncation; in double there is room for that, and a noise table along one
 * element, or a lucky one, would make every bar of the search too narrow.
 */
static double noise_of(const ga_hunt *h)
{
    const ga_profile *profile = h->field->profile;
    double noise = profile->noise;
    double squares = 0.0;
    for (size_t i = 0; i < h->known_count; i++) {
        const ga_direction *d = h->known + i;
        noise = fmax(noise, d->noise * d->step * sqrt(2.0) / GA_SIGMAS);
        if (d->pairs > 1) {
            const int k = d->pairs - 2;
            const double off = d->residual_at[k] - d->residual_at[k + 1];
            squares +=
                2.0 * off * off / (1.0 / d->h[k] / d->h[k] + 1.0 / d->h[k + 1] / d->h[k + 1]);
        }
    }
    const double seen = sqrt(squares / (double)h->known_count);
    return profile->values.single ? noise : fmax(noise, seen);
}

/* Step and bar of a single pair, from what the known directions showed. */
void ga_hunt_plan(ga_hunt *h)
{
    const double noise = noise_of(h);
    double truncation = 0.0;
    for (size_t i = 0; i < h->known_count; i++) {
        const ga_direction *d = h->known + i;
        h->thorough = h->thorough || d->kinked;
        if (d->course.number >= h->fresh) {
            h->fresh = d->course.number + 1;
        }
        if (d->course.kind != GA_SWEEP_HYBRID) {
            continue; /* its truncation is not that of the others */
        }
        if (d->pairs > 1) { /* the longest two: in shorter ones noise would pass for truncation */
            const double squares = d->h[0] * d->h[0] - d->h[1] * d->h[1];
            const double usual = noise * hypot(1.0 / d->h[0], 1.0 / d->h[1]) / sqrt(2.0);
            const double off = fabs(d->residual_at[0] - d->residual_at[1]) - BY_NOISE * usual;
            truncation = fmax(truncation, off / squares);
        }
        if (d->pairs > 0) {
            h->bend = fmax(h->bend, fabs(d->even_at[0]) / (d->h[0] * d->h[0]));
        }
    }
    const double few = fmax(1.0, DIRECTIONS_USUAL / (double)h->known_count);
    const double t = fmax(CAUTION * few * truncation, LEAST_BEND * h->field->size);
    h->step = fmin(STEP_MOST, cbrt(GA_SIGMAS * noise / (2.0 * sqrt(2.0) * t)));
    h->noise = GA_SIGMAS * noise / (sqrt(2.0) * h->step);
    h->truncation = t * h->step * h->step;
}
