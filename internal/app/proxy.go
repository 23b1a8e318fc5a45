package app

import (
	"net/url"

	"golang.org/x/net/http/httpproxy"

	"bellhop/internal/config"
)

// proxies returns what chooses the proxy for a URL: the settings if they name
// one, else the environment variables that curl reads too.
func proxies(settings config.Outgoing, lookupEnv func(string) (string, bool)) func(*url.URL) (*url.URL, error) {
	either := func(names ...string) string {
		for _, name := range names {
			if value, set := lookupEnv(name); set && value != "" {
				return value
			}
		}
		return ""
	}
	proxy := httpproxy.Config{HTTPProxy: settings.Proxy, HTTPSProxy: settings.Proxy, NoProxy: settings.NoProxy}
	switch settings.Proxy {
	case config.Proxyless:
		return nil
	case "":
		proxy.HTTPProxy = either("HTTP_PROXY", "http_proxy")
		proxy.HTTPSProxy = either("HTTPS_PROXY", "https_proxy")
		if proxy.NoProxy == "" {
			proxy.NoProxy = either("NO_PROXY", "no_proxy")
		}
	}
	return proxy.ProxyFunc()
}
