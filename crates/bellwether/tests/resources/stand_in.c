/* A stand-in for libnvidia-ml, for tests. It reads CONTROL at each call: "COUNT MODE DEVICE", where MODE is one of
 * values, not_supported, unknown, lost, hang, no_driver and DEVICE is the GPU that it applies to (-1: all of them).
 * WITHOUT_ENERGY leaves one function out, as an old driver does. Each call that hangs adds a byte to CONTROL ".hung". */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SUCCESS = 0, INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, INSUFFICIENT_SIZE = 7, DRIVER_NOT_LOADED = 9, LOST = 15, UNKNOWN = 999 };

typedef struct { unsigned gpu, memory; } utilization_t;
typedef struct { unsigned version; unsigned long long total, reserved, free, used; } memory_t;
typedef struct { unsigned pid; unsigned long long used; unsigned gpu_instance, compute_instance; } process_t;

static int count;
static char mode[32];
static int target;

static void look(void) {
    FILE *file = fopen(CONTROL, "r");
    if (file == NULL || fscanf(file, "%d %31s %d", &count, mode, &target) != 3) {
        count = 0;
        strcpy(mode, "no_driver");
    }
    if (file != NULL) fclose(file);
}

/* Handles are places, plus one: NULL is no device. */
static int place(void *device) { return (int)(intptr_t)device - 1; }

static int answer(void *device) {
    look();
    int applies = target < 0 || target == place(device);
    if (!applies) return SUCCESS;
    if (strcmp(mode, "hang") == 0) {
        FILE *file = fopen(CONTROL ".hung", "a");
        if (file != NULL) { fputc('x', file); fclose(file); }
        while (strcmp(mode, "hang") == 0) { usleep(5000); look(); }
    }
    if (strcmp(mode, "not_supported") == 0) return NOT_SUPPORTED;
    if (strcmp(mode, "unknown") == 0) return UNKNOWN;
    if (strcmp(mode, "lost") == 0) return LOST;
    return SUCCESS;
}

/* NVML counts its GPUs when it is initialized. */
static int counted;

int nvmlInit_v2(void) {
    look();
    if (strcmp(mode, "no_driver") == 0) return DRIVER_NOT_LOADED;
    counted = count;
    return SUCCESS;
}
int nvmlInitWithFlags(unsigned flags) { (void)flags; return nvmlInit_v2(); }
int nvmlShutdown(void) { return SUCCESS; }
int nvmlDeviceGetCount_v2(unsigned *found) { *found = counted; return SUCCESS; }
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device) {
    look();
    if ((int)index >= counted) return INVALID_ARGUMENT;
    if ((int)index >= count) return LOST; /* unplugged since */
    *device = (void *)(intptr_t)(index + 1);
    return SUCCESS;
}
int nvmlDeviceGetUUID(void *device, char *uuid, unsigned length) {
    snprintf(uuid, length, "GPU-%08x", place(device));
    return SUCCESS;
}
int nvmlDeviceGetUtilizationRates(void *device, utilization_t *rates) {
    int code = answer(device);
    rates->gpu = 10 * place(device) + 5;
    rates->memory = 99; /* load of the controller: not what is reported */
    return code;
}
int nvmlDeviceGetMemoryInfo_v2(void *device, memory_t *memory) {
    int code = answer(device);
    memory->total = 80ULL << 30;
    memory->used = ((unsigned long long)place(device) + 1) << 30;
    memory->reserved = 0;
    memory->free = memory->total - memory->used;
    return code;
}
int nvmlDeviceGetPowerUsage(void *device, unsigned *milliwatts) {
    int code = answer(device);
    *milliwatts = 250500;
    return code;
}
#ifndef WITHOUT_ENERGY
int nvmlDeviceGetTotalEnergyConsumption(void *device, unsigned long long *millijoules) {
    int code = answer(device);
    *millijoules = 1234567;
    return code;
}
#endif
int nvmlDeviceGetTemperature(void *device, int sensor, unsigned *celsius) {
    int code = sensor == 0 ? answer(device) : INVALID_ARGUMENT;
    *celsius = 61;
    return code;
}
int nvmlDeviceGetCurrentClocksThrottleReasons(void *device, unsigned long long *reasons) {
    int code = answer(device);
    *reasons = place(device) == 0 ? 0x4 : place(device) == 1 ? 0x1 : 0x40; /* power cap, idle, hardware thermal */
    return code;
}
/* Not on every device: the second GPU encodes nothing. */
int nvmlDeviceGetEncoderUtilization(void *device, unsigned *percent, unsigned *period) {
    int code = answer(device);
    *percent = 20;
    *period = 167000;
    return place(device) == 1 ? NOT_SUPPORTED : code;
}
int nvmlDeviceGetDecoderUtilization(void *device, unsigned *percent, unsigned *period) {
    int code = answer(device);
    *percent = 30;
    *period = 167000;
    return code;
}
static int processes(void *device, unsigned *length, process_t *found) {
    int code = answer(device);
    if (code != SUCCESS) return code;
    if (found == NULL || *length < 2) { *length = 2; return INSUFFICIENT_SIZE; }
    memset(found, 0, 2 * sizeof *found);
    found[0].pid = (unsigned)getpid();
    found[0].used = 512ULL << 20;
    found[1].pid = 1;
    found[1].used = 256ULL << 20;
    *length = 2;
    return SUCCESS;
}
int nvmlDeviceGetComputeRunningProcesses_v3(void *device, unsigned *length, process_t *found) { return processes(device, length, found); }
int nvmlDeviceGetGraphicsRunningProcesses_v3(void *device, unsigned *length, process_t *found) { return processes(device, length, found); }
