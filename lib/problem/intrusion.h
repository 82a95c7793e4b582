/*
 * Registering a variable once the loss has been called.
 */
#ifndef GRADAUDIT_INTRUSION_H
#define GRADAUDIT_INTRUSION_H

#include "problem.h"

/* Notes the attempt; name and file may be NULL. GA_ELOCKED, or GA_ENOMEM: it could not be noted. */
ga_status ga_note_intrusion(ga_problem *problem, const char *name, const char *file, int line);

#endif
