// `status` and `why` as people read them: a picture of pairs that fits 80 columns, with 4 nodes or 40.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/store/cluster_status.hpp"

namespace tandem::shell {

struct PictureStyle {
  int columns = 80;
  bool colours = false;
  bool exact = false;       // bytes in full instead of human units
  std::int64_t now_ns = 0;  // to say how long ago something was
};

// A pair in detail takes a line a member; with many pairs the healthy ones take one line altogether.
std::string cluster_picture(const gateway::ClusterStatus& status, const PictureStyle& style);
std::string pair_picture(const gateway::PairStatus& pair, const PictureStyle& style);
std::string node_picture(const gateway::PairStatus& pair, const gateway::MemberStatus& member,
                         const PictureStyle& style);
std::string why_picture(const gateway::PathReport& report, const PictureStyle& style);

// What to do about a member that was not reached.
std::string mend_for(const gateway::MemberStatus& member);

// The verdict in its colour.
std::string coloured(gateway::Verdict verdict, std::string_view text, bool colours);

}  // namespace tandem::shell
