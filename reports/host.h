/*
 * What the log notes of the world around a run: the machine, the build, the process, the revision.
 */
#ifndef GA_REPORTS_HOST_H
#define GA_REPORTS_HOST_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    GA_HOST_TEXT = 256,
    GA_HASH_TEXT = 17,
    GA_UUID_TEXT = 37
};

/* The machine and the build; "" for what cannot be found out. */
typedef struct ga_environment {
    char host[GA_HOST_TEXT], os[GA_HOST_TEXT], cpu[GA_HOST_TEXT], compiler[GA_HOST_TEXT],
        cflags[GA_HOST_TEXT], libm[GA_HOST_TEXT], version[GA_HOST_TEXT];
    char digest[GA_HASH_TEXT]; /* of the above */
} ga_environment;

void ga_environment_read(ga_environment *environment);

/* A process, told apart from all others that had or will have its number. */
typedef struct ga_process {
    pid_t pid;
    char boot[64];   /* "" when not known */
    int64_t started; /* ticks since the boot; 0: not known */
} ga_process;

void ga_process_self(ga_process *process);

/* 1: it is still there; 0: it is gone, or was on another boot or machine. */
int ga_process_lives(const ga_process *process);

/* The git revision of a folder. Fields stay "" and -1 when there is no git, no repository, no
 * commit yet, or no answer in time. */
typedef struct ga_revision {
    char commit[72], branch[GA_HOST_TEXT];
    int dirty; /* 1: tracked files differ from the commit */
} ga_revision;

/* folder NULL: the current one. Takes two seconds at most. */
void ga_revision_read(const char *folder, ga_revision *revision);

/* 16 hexadecimal digits, stable for ever: FNV-1a over the texts with their ends; NULL as "". */
void ga_hash_texts(const char *const *texts, size_t count, char hash[GA_HASH_TEXT]);

void ga_uuid_make(char uuid[GA_UUID_TEXT]); /* random, version 4 */

int64_t ga_now_milliseconds(void); /* since 1970, UTC */

#endif
