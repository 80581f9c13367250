#include "storaged/options.hpp"

#include <arpa/inet.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>

namespace tandem::storaged {
namespace {

constexpr std::uint16_t port_max = 65535;

std::string check_listen(const std::string& listen) {
  const std::size_t colon = listen.rfind(':');
  std::string wrong = "has to be HOST:PORT, such as 127.0.0.1:7001 or [::1]:7001";
  if (colon == std::string::npos || colon == 0 || colon + 1 == listen.size()) return wrong;
  const std::string port = listen.substr(colon + 1);
  const bool digits = port.size() <= 5 && std::all_of(port.begin(), port.end(), [](char digit) {
                        return digit >= '0' && digit <= '9';
                      });
  if (!digits || std::stoul(port) > port_max) return wrong;
  const std::string host = listen.substr(0, colon);
  if (host.find(':') != std::string::npos && !(host.starts_with('[') && host.ends_with(']'))) return wrong;
  return "";
}

std::string check_log_level(const std::string& name) {
  return parse_log_level(name) ? "" : "has to be debug, info, warning or error";
}

ParsedOptions complaint(const std::string& text, int status) {
  return {std::nullopt, "storaged: " + text + "\n", status};
}

void declare(CLI::App& app, DaemonOptions& options, std::string& log_level, const std::string& version) {
  app.set_version_flag("--version", "storaged " + version);
  app.add_option("--root", options.root, "Folder that holds this node's data; made when missing")
      ->required()
      ->type_name("DIR");
  app.add_option("--listen", options.listen, "Address to listen on; port 0 takes a free one")
      ->required()
      ->type_name("HOST:PORT")
      ->check(CLI::Validator(check_listen, "", "listen"));
  auto* secret = app.add_option("--secret-file", options.secret_file, "File with the cluster's shared secret")
                     ->type_name("F");
  app.add_flag("--allow-unauthenticated", options.allow_unauthenticated,
               "Serve other machines without a secret")
      ->excludes(secret);
  app.add_option("--max-connections", options.connections_max, "Connections beyond it are answered 503")
      ->type_name("N")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  app.add_option("--reserve", options.reserve_bytes, "Space kept free for healing and deletes [1GiB]")
      ->type_name("SIZE")
      ->transform(CLI::AsSizeValue(false));
  app.add_option("--log-level", log_level, "debug, info, warning or error")
      ->type_name("L")
      ->check(CLI::Validator(check_log_level, "", "log level"))
      ->capture_default_str();
  app.set_config("--config", "", "TOML file with any of these options as keys")->type_name("F");
  app.allow_config_extras(CLI::config_extras_mode::error);
}

}  // namespace

ParsedOptions parse_options(int argument_count, const char* const* arguments, const std::string& version) {
  CLI::App app("storaged: one node of a tandem cluster", "storaged");
  DaemonOptions options;
  std::string log_level = "info";
  declare(app, options, log_level, version);
  try {
    app.parse(argument_count, arguments);
  } catch (const CLI::CallForHelp&) {
    return {std::nullopt, app.help(), 0};
  } catch (const CLI::CallForVersion&) {
    return {std::nullopt, app.version() + "\n", 0};
  } catch (const CLI::ConfigError& error) {
    return complaint(error.what(), exit_config);
  } catch (const CLI::FileError& error) {
    return complaint(error.what(), exit_config);
  } catch (const CLI::Error& error) {
    return complaint(std::string(error.what()) + " (see storaged --help)", exit_usage);
  }
  options.log_level = *parse_log_level(log_level);
  const bool open_to_all = options.secret_file.empty() && !is_loopback(host_of(options.listen));
  if (open_to_all && !options.allow_unauthenticated)
    return complaint("--listen " + options.listen +
                         ": without a secret a node listens on loopback only (give it --secret-file, or "
                         "--allow-unauthenticated if everybody may read and change its files)",
                     exit_usage);
  return {options, "", 0};
}

std::string host_of(const std::string& listen) {
  std::string host = listen.substr(0, listen.rfind(':'));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return host;
}

bool is_loopback(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  if (::inet_pton(AF_INET, host.c_str(), address.data()) == 1) return address[0] == 127;
  if (::inet_pton(AF_INET6, host.c_str(), address.data()) == 1)
    return std::all_of(address.begin(), address.end() - 1, [](unsigned char byte) { return byte == 0; }) &&
           address.back() == 1;
  return host == "localhost";
}

}  // namespace tandem::storaged
