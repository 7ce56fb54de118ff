# Finds ONNX Runtime as its official archives lay it out: include/onnxruntime_c_api.h and lib/.
#
# Looks under ONNXRUNTIME_ROOT (a variable of CMake or of the environment) and where systems keep libraries;
# defines the target ONNXRuntime::ONNXRuntime.
set(_roots ${ONNXRUNTIME_ROOT} $ENV{ONNXRUNTIME_ROOT})
find_path(ONNXRuntime_INCLUDE_DIR onnxruntime_c_api.h HINTS ${_roots}
          PATH_SUFFIXES include include/onnxruntime include/onnxruntime/core/session)
find_library(ONNXRuntime_LIBRARY NAMES onnxruntime HINTS ${_roots} PATH_SUFFIXES lib lib64)
unset(_roots)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  ONNXRuntime REQUIRED_VARS ONNXRuntime_LIBRARY ONNXRuntime_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "set ONNXRUNTIME_ROOT to an unpacked archive of ONNX Runtime, or run scripts/fetch-onnxruntime")

if(ONNXRuntime_FOUND AND NOT TARGET ONNXRuntime::ONNXRuntime)
  add_library(ONNXRuntime::ONNXRuntime UNKNOWN IMPORTED)
  set_target_properties(ONNXRuntime::ONNXRuntime PROPERTIES
                        IMPORTED_LOCATION "${ONNXRuntime_LIBRARY}"
                        INTERFACE_INCLUDE_DIRECTORIES "${ONNXRuntime_INCLUDE_DIR}")
endif()
mark_as_advanced(ONNXRuntime_INCLUDE_DIR ONNXRuntime_LIBRARY)
