#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include "status.h"

namespace nb = nanobind;

void bind_ngram(nb::module_& module);
void bind_align(nb::module_& module);
void bind_ctc_loss(nb::module_& module);
void bind_decoder(nb::module_& module);

void raise_for_status(auricle::Status status, const std::string& detail) {
  if (status == auricle::Status::kOk) return;
  nb::object error =
      nb::module_::import_("auricle.errors")
          .attr("from_status")(static_cast<int>(status), auricle::status_name(status),
                               auricle::status_sentence(status), detail);
  PyErr_SetObject(error.type().ptr(), error.ptr());
  throw nb::python_error();
}

NB_MODULE(_core, module) {
  module.doc() = "The decoder core of Auricle; use auricle.decoder and auricle.lm instead.";
  module.def("version", [] { return AURICLE_VERSION; });
  bind_ngram(module);
  bind_decoder(module);
  bind_align(module);
  bind_ctc_loss(module);
}
