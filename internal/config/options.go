package config

import (
	"log/slog"
	"time"
)

// Options are the settings of a server, in the order of the documentation. Tags
// are those of the command line's parser; every field has a name and a help.
type Options struct {
	Database  Database  `embed:"" group:"Database"`
	Server    Server    `embed:"" group:"Server"`
	Delivery  Delivery  `embed:"" group:"Delivery"`
	Outgoing  Outgoing  `embed:"" group:"Delivery"`
	Templates Templates `embed:"" prefix:"template-" group:"Templates"`
	Retention Retention `embed:"" prefix:"retain-" group:"Retention"`
	Log       Log       `embed:"" prefix:"log-" group:"Log"`
}

// Database is where data is kept. Commands that work without a server have
// these settings too.
type Database struct {
	Data          string `name:"data" default:"./bellhop-data" placeholder:"DIR" help:"Directory of the embedded database. One process at a time may use it."`
	EncryptionKey Secret `name:"encryption-key" placeholder:"HEX64" help:"Key that encrypts webhooks' secrets in the database. Without it the file secret.key in the data directory is used, and made if it is not there."`
}

// Server is how the process is reached and stopped.
type Server struct {
	Listen       string        `name:"listen" default:"127.0.0.1:8000" placeholder:"HOST:PORT" help:"Address of the REST API. Port 0 takes any free one."`
	AddressFile  string        `name:"address-file" placeholder:"FILE" help:"File to write the address to once it is known."`
	BaseURL      string        `name:"base-url" placeholder:"URL" help:"What clients call this server, such as https://bellhop.example.org, for the URLs in answers. Without it, what the client called."`
	TrustedProxy []Network     `name:"trusted-proxy" placeholder:"NET" help:"Addresses or networks of proxies before this server. What they say in X-Forwarded-For is who the client is, for tokens that are bound to networks and for the throttle of wrong passwords."`
	MaxBody      int64         `name:"max-body" default:"10485760" placeholder:"BYTES" help:"Longest body of a request to the REST API."`
	AdminToken   Secret        `name:"admin-token" placeholder:"HEX40" help:"Token of the user admin, used at the first start only. Without it a random token and password are made and printed once."`
	Drain        time.Duration `name:"drain" default:"30s" placeholder:"TIME" help:"How long a stop waits for requests in flight."`
}

// Delivery is which deliveries are made, and how many at once.
type Delivery struct {
	Workers      int           `name:"workers" default:"1024" placeholder:"N" help:"Most requests to receivers in flight at once; 0 delivers nothing here."`
	DisableAfter time.Duration `name:"disable-after" default:"0s" placeholder:"TIME" help:"How long a receiver may do nothing but fail until its webhook is disabled, such as 120h; 0 = never."`
	LoopRounds   int           `name:"loop-rounds" default:"16" placeholder:"N" help:"Deliveries in a row, each caused by the one before, after which webhooks do not fire any more; 0 = never stop."`
}

// Outgoing is how requests to receivers are made. Commands that send without a
// server have these settings too.
type Outgoing struct {
	AllowAddress []Network `name:"allow-address" placeholder:"NET" help:"Addresses or networks that may be called although they are refused otherwise."`
	DenyAddress  []Network `name:"deny-address" placeholder:"NET" help:"Addresses or networks that may not be called, beside link-local (cloud metadata), multicast and unspecified ones, which are always refused unless allowed."`
	Proxy        string    `name:"proxy" placeholder:"URL" help:"HTTP proxy for requests to receivers. Without it HTTP_PROXY, HTTPS_PROXY and NO_PROXY count; \"none\" uses no proxy at all."`
	NoProxy      string    `name:"no-proxy" placeholder:"HOST,..." help:"Hosts, domains and networks that are called without the proxy."`
}

// Templates is what templates may do.
type Templates struct {
	Env []string `name:"env" default:"BELLHOP_TEMPLATE_*" placeholder:"PATTERN" help:"Environment variables that templates may read with the filter env, as shell patterns."`
}

// Retention is how long records are kept. 0 keeps them for ever.
type Retention struct {
	Deliveries int `name:"deliveries" default:"30" placeholder:"DAYS" help:"Days for which deliveries that have ended are kept, with their attempts; 0 = for ever."`
	Changes    int `name:"changes" default:"90" placeholder:"DAYS" help:"Days for which changes without deliveries are kept; 0 = for ever."`
}

// Log is what is logged, to standard error.
type Log struct {
	Level  slog.Level `name:"level" default:"info" placeholder:"LEVEL" help:"Least level that is logged: debug, info, warn, error."`
	Format string     `name:"format" default:"text" enum:"text,json" placeholder:"FORMAT" help:"text or json."`
}
