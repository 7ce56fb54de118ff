// Turns a core status into a Python exception; the only place where that happens.
#pragma once

#include <nanobind/nanobind.h>

#include <string>

#include "auricle/status.h"

// Raises the exception that auricle.errors.from_status names for a status other than kOk.
// The GIL must be held.
void raise_for_status(auricle::Status status, const std::string& detail = "");

// Runs work(&detail), which returns a status, without the GIL, and raises for the status.
template <typename Work>
void run_released(const Work& work) {
  std::string detail;
  auricle::Status status = auricle::Status::kOk;
  {
    nanobind::gil_scoped_release release;
    status = work(&detail);
  }
  raise_for_status(status, detail);
}
