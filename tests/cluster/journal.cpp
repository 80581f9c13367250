#include "tests/cluster/journal.hpp"

#include <fstream>

namespace tandem::test {

Journal& Journal::mkdir(const std::string& path) {
  steps_.push_back({Verb::mkdir, path, {}});
  return *this;
}

Journal& Journal::write(const std::string& path, const std::string& content) {
  steps_.push_back({Verb::write, path, content});
  return *this;
}

Journal& Journal::append(const std::string& path, const std::string& content) {
  steps_.push_back({Verb::append, path, content});
  return *this;
}

Journal& Journal::mv(const std::string& from, const std::string& to) {
  steps_.push_back({Verb::mv, from, to});
  return *this;
}

Journal& Journal::rm(const std::string& path) {
  steps_.push_back({Verb::rm, path, {}});
  return *this;
}

std::string Journal::script() const {
  std::string text;
  for (const auto& step : steps_) {
    switch (step.verb) {
      case Verb::mkdir:
        text += "mkdir " + step.path + "\n";
        break;
      case Verb::write:
        text += "write " + step.path + " " + step.argument + "\n";
        break;
      case Verb::append:
        text += "write " + step.path + " " + step.argument + " --append\n";
        break;
      case Verb::mv:
        text += "mv -T " + step.path + " " + step.argument + "\n";
        break;
      case Verb::rm:
        text += "rm " + step.path + "\n";
        break;
    }
  }
  return text;
}

void Journal::apply_to(const std::filesystem::path& root) const {
  const auto place = [&](const std::string& path) { return root / path.substr(1); };
  for (const auto& step : steps_) {
    switch (step.verb) {
      case Verb::mkdir:
        std::filesystem::create_directory(place(step.path));
        break;
      case Verb::write:
        std::ofstream(place(step.path), std::ios::binary) << step.argument;
        break;
      case Verb::append:
        std::ofstream(place(step.path), std::ios::binary | std::ios::app) << step.argument;
        break;
      case Verb::mv:
        std::filesystem::rename(place(step.path), place(step.argument));
        break;
      case Verb::rm:
        std::filesystem::remove(place(step.path));
        break;
    }
  }
}

}  // namespace tandem::test
