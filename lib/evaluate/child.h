/*
 * What parent and child share, privately.
 *
 * Two pieces of memory, both mapped before the fork and visible to both. A small page that user
 * code could scribble on (activity, fault, the wish to stop), every field of which the parent
 * distrusts. And the hand-over, which the child keeps inaccessible but for the moment of a send, so
 * that stray writes fault instead of forging a result; a checksum tells what is whole. Descriptors
 * are used for neither: user code may close them all.
 */
#ifndef GA_EVALUATE_CHILD_H
#define GA_EVALUATE_CHILD_H

#include "gradaudit/isolate.h"

#include <sys/types.h>

typedef struct ga_shared {
    ga_activity activity;
    volatile int32_t stopping;     /* the parent asks the child to come to an end */
    volatile int32_t fault_signal; /* 0: no fault was seen */
    volatile uint64_t fault_address;
} ga_shared;

/* Two slots that take turns, so that what was sent last survives a death within the next send. */
typedef struct ga_handover {
    unsigned char *bytes; /* a page with the end mark, then the slots */
    size_t page, slot;    /* sizes */
    uint64_t sent;        /* by this process */
} ga_handover;

ga_status ga_handover_open(ga_handover *handover);
void ga_handover_close(ga_handover *handover);

/* In the child. GA_ENOMEM: larger than a slot. */
ga_status ga_handover_send(ga_handover *handover, const void *bytes, size_t size);
void ga_handover_finish(ga_handover *handover); /* nothing more will be sent */

/* In the parent, when the child has ended: what was sent last and whole, malloc'ed, or NULL. */
typedef enum ga_delivery {
    GA_DELIVERY_UNFINISHED,
    GA_DELIVERY_WHOLE,
    GA_DELIVERY_GARBLED
} ga_delivery;
ga_delivery ga_handover_receive(ga_handover *handover, unsigned char **data, size_t *size);

struct ga_child {
    ga_shared *shared;
    ga_handover handover;
    pid_t self; /* a process that the body forked is not the child */
};

/* The child's whole life; `output` is where standard output and error go. */
_Noreturn void ga_child_live(ga_child *child, pid_t parent, int output,
                             void (*body)(ga_child *child, void *arg), void *arg);

/* Threads of this process; 0: it cannot be told. */
int ga_count_threads(void);

/* Whether this process is a child of ga_child_run(), or forked from one. */
int ga_child_is_here(void);

/* In a process that was forked from the child: what becomes of it is not what becomes of the child,
 * and what it prints goes to `output` unless that is -1. */
void ga_child_disown(int output);

/* _exit(), after what a build that measures coverage has to save. */
_Noreturn void ga_child_leave(int status);

#endif
