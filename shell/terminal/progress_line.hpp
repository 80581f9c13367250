// One line on a terminal that is written over while something long is under way. Elsewhere it is silent.
#pragma once

#include <string_view>

#include "shell/output/output.hpp"

namespace tandem::shell {

class ProgressLine {
 public:
  explicit ProgressLine(Output& output) : output_(output) {}
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  bool wanted() const { return output_.terminal(); }
  void show(std::string_view text);
  void clear();

 private:
  Output& output_;
  bool shown_ = false;
};

}  // namespace tandem::shell
