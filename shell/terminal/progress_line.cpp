#include "shell/terminal/progress_line.hpp"

#include "shell/output/text.hpp"

namespace tandem::shell {

void ProgressLine::show(std::string_view text) {
  if (!wanted()) return;
  const auto room = static_cast<std::size_t>(output_.columns() > 20 ? output_.columns() - 1 : 20);
  output_.write("\r\x1b[K" + shorten(printable(text), room));
  output_.flush();
  shown_ = true;
}

void ProgressLine::clear() {
  if (!shown_) return;
  output_.write("\r\x1b[K");
  output_.flush();
  shown_ = false;
}

}  // namespace tandem::shell
