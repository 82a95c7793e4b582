/* Which elements a range's readings name, and whether the element probe agrees; see hunt.h. */
#include "hunt.h"

#include <math.h>
#include <stdlib.h>

static const double LUCKY = 0.25; /* fits by chance that a fit may be suspected of */

static int is_refused(const ga_hunt *h, size_t element)
{
    for (int i = 0; i < h->refused_count; i++) {
        if (h->refused[i] == element) {
            return 1;
        }
    }
    return 0;
}

static ga_fault *find_fault(ga_hunt *h, size_t element)
{
    for (int i = 0; i < h->fault_count; i++) {
        if (h->faults[i].element == element) {
            return h->faults + i;
        }
    }
    return NULL;
}

int ga_hunt_astray_within(const ga_hunt *h, size_t first, size_t end)
{
    int count = 0;
    for (int i = 0; i < h->fault_count; i++) {
        const ga_fault *f = h->faults + i;
        count += f->astray && f->element >= first && f->element < end;
    }
    return count;
}

static void record_found(ga_hunt *h, const ga_located *fresh)
{
    ga_search *search = h->search;
    if (search->count == search->capacity) {
        const size_t capacity = search->capacity ? 2 * search->capacity : 16;
        ga_located *more = realloc(search->found, capacity * sizeof *more);
        if (!more) {
            h->status = GA_ENOMEM;
            return;
        }
        search->found = more;
        search->capacity = capacity;
    }
    size_t i = search->count++;
    for (; i > 0 && search->found[i - 1].element > fresh->element; i--) {
        search->found[i] = search->found[i - 1];
    }
    search->found[i] = *fresh;
}

/* Ask the element probe. 1: the element is wrong, and known now; 0: not so. */
static int confirm(ga_hunt *h, size_t element, double size, double bar)
{
    ga_fault *old = find_fault(h, element);
    if (old) { /* it was known less well before */
        const int better = bar < old->bar;
        if (better) {
            old->size += size;
            old->bar = bar;
        }
        return better;
    }
    double measured = 0.0;
    double uncertainty = (double)INFINITY;
    const int answer =
        h->field->confirm(h->field->context, element, size, bar, &measured, &uncertainty);
    if (answer < 0) {
        h->search->spent = 1;
        return 0;
    }
    if (answer == 0) {
        h->refused[h->refused_count++] = element;
        return 0;
    }
    const int agree = fabs(measured - size) <= uncertainty + bar;
    ga_fault *fresh = h->faults + h->fault_count++;
    const int keep = agree && bar < uncertainty;
    *fresh = (ga_fault){
        .element = element,
        .size = keep ? size : measured,
        .bar = keep ? bar : uncertainty,
        .astray = !agree,
    };
    record_found(h, &(ga_located){.element = element, .residual = measured, .bar = uncertainty});
    return 1;
}

/* What the readings leave: all of them, or the node's own alone. */
static int write_equations(const ga_hunt *h, const ga_node *n, int own, ga_equation *out)
{
    int count = 0;
    for (int i = 0; i < n->count; i++) {
        if (own && !n->readings[i].own) {
            continue;
        }
        const ga_reading left = ga_reading_left(h, n->readings + i);
        out[count++] = (ga_equation){
            .course = left.course,
            .residual = left.residual,
            .bar = ga_reading_bar(&left),
            .slack = h->grain / left.step,
        };
    }
    return count;
}

/* Confirm the only fit that is left when refused elements are out. */
static ga_outcome weigh(ga_hunt *h, const ga_fits *fits)
{
    const ga_fit *only = NULL;
    size_t open = fits->count;
    const size_t kept = fits->count < GA_FITS_KEPT ? fits->count : GA_FITS_KEPT;
    for (size_t i = 0; i < kept; i++) {
        const ga_fit *fit = fits->fit + i;
        int out = 0;
        for (int k = 0; k < fit->count; k++) {
            out = out || is_refused(h, fit->element[k]);
        }
        if (out) {
            open--;
        } else if (!only) {
            only = fit;
        }
    }
    if (open == 0) {
        return GA_NOTHING_FITS;
    }
    if (open > 1 || !only || !(fits->luck <= LUCKY)) {
        return GA_SEVERAL_FIT;
    }
    ga_outcome result = GA_NOTHING_FITS;
    for (int k = 0; k < only->count && !ga_hunt_is_over(h); k++) {
        if (confirm(h, only->element[k], only->fault[k], only->bar[k])) {
            result = GA_FOUND;
        } else {
            break;
        }
    }
    return result;
}

/* Is the node explained by one element, or by two? */
static ga_outcome explain_by(ga_hunt *h, const ga_node *n, const ga_equation *equations, int count)
{
    ga_fits fits;
    if (count < 1 || (count < 2 && n->end - n->first > 1)) {
        return GA_NOTHING_FITS;
    }
    ga_decode_one(&h->decoder, n->first, n->end, equations, count, &fits);
    const ga_outcome one = weigh(h, &fits);
    if (one != GA_NOTHING_FITS || ga_hunt_is_over(h)) {
        return one;
    }
    if (ga_decode_two(&h->decoder, n->first, n->end, equations, count, &fits)) {
        return weigh(h, &fits);
    }
    return GA_NOTHING_FITS;
}

/*
 * Readings of a larger range count as long as the rest of it is quiet. Two faults there may have
 * cancelled: where nothing fits, those of the node itself are asked alone.
 */
ga_outcome ga_hunt_explain(ga_hunt *h, const ga_node *n)
{
    ga_equation equations[GA_EQUATIONS_MOST];
    const int count = write_equations(h, n, 0, equations);
    const ga_outcome all = explain_by(h, n, equations, count);
    if (all != GA_NOTHING_FITS || ga_hunt_is_over(h)) {
        return all;
    }
    const int own = write_equations(h, n, 1, equations);
    return own < count && explain_by(h, n, equations, own) == GA_FOUND ? GA_FOUND : GA_NOTHING_FITS;
}
