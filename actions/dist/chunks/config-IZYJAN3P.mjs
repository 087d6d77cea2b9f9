import{parseConfig,parseSettings,parseSettingsFile}from"./chunk-KPNBYWFH.mjs";import"./chunk-QJB3RI4O.mjs";export{parseConfig,parseSettings,parseSettingsFile};
