// One schema takes the place of another: how the tables that were loaded aside
// become the live ones, and how that is taken back.
//
// The steps, in an order that a crash of either side can be followed by
// recovery at any statement:
//
//   1. The marker table in `arriving` gets this struct as JSON; `kept` is made.
//   2. The triggers of both schemas are dropped (no table with triggers can be
//      moved), and live views whose name a table will have.
//   3. One RENAME TABLE moves every live table to `kept`, every arriving one to
//      live, and the marker from `arriving` to `kept`. The server does all of
//      it or nothing.
//   4. What arrives besides tables is made in live, what only was there goes.
//   5. `arriving` is dropped: the switch is done.
//
// Where the marker is says what to do after a crash: in `arriving`, roll back
// (triggers and views again, drop both); in `kept`, go on with step 4.
#pragma once

#include <string>

#include "import/connection.h"
#include "import/schema_contents.h"

namespace backgraft::imports {

// The marker table's name.
inline constexpr char kMarker[] = "backgraft_switch";

// Durable before the first switching statement; holds no secret.
struct DatabaseSwitch {
  std::string live;      // the schema the site uses
  std::string arriving;  // holds what becomes live; gone when it is done
  std::string kept;      // holds what was live afterwards
  bool back = false;     // this takes another switch back
  SchemaContents arrives, leaves;

  friend bool operator==(const DatabaseSwitch&,
                         const DatabaseSwitch&) = default;
};

std::string ToJson(const DatabaseSwitch& plan);
// Error(kBug) for what ToJson() never made.
DatabaseSwitch SwitchFromJson(const std::string& json);

enum class SwitchState {
  kNothing,  // neither schema has the marker
  kBefore,   // step 3 was not done
  kAfter,    // step 3 was done
};
SwitchState StateOf(Connection& connection, const DatabaseSwitch& plan);

// Reads both schemas. `arriving` gets the marker table.
DatabaseSwitch PlanSwitch(Connection& connection, const std::string& live,
                          const std::string& arriving, const std::string& kept);

// All steps that are not done yet. May be called again after it failed. On a
// failure before step 3 everything is as it was once RollBack() has run.
// ServerError; where the connection was lost, Recover() on another one says and
// does what is left.
void Switch(Connection& connection, const DatabaseSwitch& plan);

// Undoes what Switch() did before step 3, and drops `kept`, and `arriving` too
// unless `plan` is a way back.
void RollBack(Connection& connection, const DatabaseSwitch& plan);

// After a crash: waits until no RENAME TABLE of `plan` is running any more,
// then finishes or rolls back. May be called again.
void Recover(Connection& connection, const DatabaseSwitch& plan);

// After an operation that came to no end, or in the middle of it: what was not
// switched is rolled back, what was is taken back without what is left of it,
// unless other tables are live by now: then it is finished. May be called again
// after it failed.
void TakeBack(Connection& connection, const DatabaseSwitch& plan);

// The way back from a switch that is done: `plan` with the sides exchanged and
// what is live now as what leaves. Switch() carries it out; what leaves is kept
// in `plan.arriving`, so that it can be had again the same way.
DatabaseSwitch PlanSwitchBack(Connection& connection,
                              const DatabaseSwitch& plan);
// PlanSwitchBack() and Switch(): returns what would take it back in turn.
DatabaseSwitch SwitchBack(Connection& connection, const DatabaseSwitch& plan);

// Drops what a finished switch kept; nothing can be taken back then.
void Discard(Connection& connection, const DatabaseSwitch& plan);

// Finishes or rolls back whatever an import into `live` left on the server
// when it died; its struct is read from the marker. The caller holds the lock
// of `live` (LockDatabase()).
void RecoverStray(Connection& connection, const std::string& live);

// One import into `live` at a time, as long as the connection lives.
// Error(kRefused) where another one is at it.
void LockDatabase(Connection& connection, const std::string& live);

// `live` shortened, with `part` ("new", "old") and `id`: a schema's name.
std::string SideName(const std::string& live, const std::string& part,
                     const std::string& id);

}  // namespace backgraft::imports
