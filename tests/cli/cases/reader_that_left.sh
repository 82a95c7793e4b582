# a pipe that nobody reads: the program says so, and is not killed by the signal
mkfifo pipe
sh -c 'exec <pipe' &
{
    wait
    gradaudit audit --no-db right.so
    echo "exit $?" >&2
} >pipe
