#include "protocol/http/http_status.hpp"

namespace tandem::protocol {

int http_status(Code code) {
  switch (code) {
    case Code::ok:
      return 200;
    case Code::not_found:
      return 404;
    case Code::exists:
    case Code::not_empty:
    case Code::is_directory:
    case Code::not_directory:
      return 409;
    case Code::invalid:
      return 400;
    case Code::denied:
      return 403;
    case Code::locked:
      return 423;
    case Code::stale:
      return 412;
    case Code::no_space:
      return 507;
    case Code::unavailable:
      return 503;
    case Code::outcome_unknown:
      return 504;
    case Code::corrupt:
      return 500;
    case Code::unsupported:
      return 501;
  }
  return 500;
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 206:
      return "Partial Content";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 416:
      return "Range Not Satisfiable";
    case 423:
      return "Locked";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 507:
      return "Insufficient Storage";
    default:
      return "Status";
  }
}

}  // namespace tandem::protocol
