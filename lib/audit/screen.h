/*
 * The inside of the screening strategy; screen.c says what it is.
 *
 *     through.c    directions through everything and through one variable, and what they tell
 *     factor.c     one constant factor in all of them
 *     suspects.c   who is wrong, and what is wrong there
 *     samples.c    elements measured singly all the same
 */
#ifndef GRADAUDIT_SCREEN_H
#define GRADAUDIT_SCREEN_H

#include "study.h"

/* What a direction is expected to cost: two pairs, or three. */
extern const double GA_SCREEN_PER_DIRECTION;

enum {
    GA_SCREEN_SPOT = 64 /* elements of a spot check */
};

/* ---- through.c ---- */

/* Along the sign of the gradient and along hybrids, `most` courses or what the budget allows. */
void ga_screen_whole(ga_evidence *evidence, const ga_field *field, size_t most);

/* How many courses through each variable the budget allows; 0: none. */
size_t ga_screen_courses_each(const ga_evidence *evidence, double left);

void ga_screen_variable(ga_evidence *evidence, const ga_field *field, size_t variable, size_t each);
void ga_screen_variables(ga_evidence *evidence, const ga_field *field);

/* Fills in what the checks are told of a variable. */
void ga_screen_tell(const ga_evidence *evidence, size_t block, ga_screen *screen);

int ga_screen_is_told(const ga_direction *direction); /* it was measured */
size_t ga_screen_disagreeing(const ga_direction *directions, size_t count);

/* ---- factor.c ---- */

/* A factor that everything shares is divided out; what it had made wide is measured again. */
void ga_screen_divide_whole(ga_evidence *evidence, const ga_field *field);
ga_status ga_screen_divide_variables(ga_evidence *evidence, const ga_field *field);

/* ---- suspects.c ---- */

/* So many lie outside by more than any doubt about the measurement. */
size_t ga_screen_clear(const ga_direction *directions, size_t count);

ga_status ga_screen_look_into_variables(ga_evidence *evidence, const ga_field *field);

/* The variables were not looked at one by one: the search begins with all elements. */
ga_status ga_screen_look_into_whole(ga_evidence *evidence, const ga_field *field);

/* ---- samples.c ---- */

/* Elements of what is wrong in too many to name them: they say what kind of fault it is. */
ga_status ga_screen_sample(ga_evidence *evidence);

/* A few elements for their own sake. */
ga_status ga_screen_spot_check(ga_evidence *evidence);

#endif
